namespace GanGpu.Onnx;

/// <summary>The order of a network's input.</summary>
public enum ImageLayout
{
    /// <summary>[N, C, H, W], as PyTorch exports it.</summary>
    ChannelsFirst,

    /// <summary>[N, H, W, C], as TensorFlow exports it.</summary>
    ChannelsLast,
}
