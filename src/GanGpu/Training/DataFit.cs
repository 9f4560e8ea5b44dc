using GanGpu.Graph;
using GanGpu.Networks;
using Microsoft.Extensions.Logging;

namespace GanGpu.Training;

/// <summary>Says what of a data set a generator will never make: both train, and nothing fails.</summary>
internal static class DataFit
{
    /// <summary>Samples that are looked at, if a callback reads them.</summary>
    private const int Looked = 100;

    /// <summary>
    /// Tells a logger what of vectors of numbers does not fit a preset's networks. Images always fit: they are scaled
    /// to −1..1.
    /// </summary>
    /// <param name="logger">What hears it.</param>
    /// <param name="preset">The networks.</param>
    /// <param name="data">What they are to be trained on.</param>
    public static void Tell(ILogger logger, Preset preset, DataSet data)
    {
        if (data.Format.Encoding.IsBounded || !logger.IsEnabled(LogLevel.Warning))
            return;
        Tensor made = preset.Draw(
            data.Format, new Parameters { Training = false },
            rows: 1).Samples;
        (float least, float most) = Range(
            data.IsInMemory ? data.Values.Span : data.Samples(0, Math.Min(Looked, data.Count)).Values.Span);
        if (EndsWithTanh(made) && (least < -1f || most > 1f))
            logger.OutOfRange(data.Name, least, most);
        if (HasConvolution(made))
            logger.Strips(data.Name, data.Format.Length);
    }

    private static (float Least, float Most) Range(ReadOnlySpan<float> values)
    {
        float least = float.PositiveInfinity, most = float.NegativeInfinity;
        foreach (float value in values)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        return (least, most);
    }

    private static bool EndsWithTanh(Tensor tensor) => tensor.Producer switch
    {
        Activate activate => activate.Activation.Kind == ActivationKind.Tanh,
        Reshape reshape => EndsWithTanh(reshape.Inputs[0]),
        _ => false,
    };

    private static bool HasConvolution(Tensor end)
    {
        HashSet<Tensor> seen = [end];
        Stack<Tensor> open = new(seen);
        while (open.TryPop(out Tensor? tensor))
        {
            if (tensor.Producer is Convolution or ConvolutionInputGradient)
                return true;
            foreach (Tensor input in tensor.Producer?.Inputs ?? [])
            {
                if (seen.Add(input))
                    open.Push(input);
            }
        }

        return false;
    }
}
