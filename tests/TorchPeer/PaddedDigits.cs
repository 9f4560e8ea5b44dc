
namespace GanGpu.TorchPeer;

/// <summary>Built-in data as square images of other sizes and channels than it has.</summary>
internal static class PaddedDigits
{
    /// <summary>
    /// The first built-in digits, with a black frame or cut at all sides alike; further channels hold further digits.
    /// </summary>
    /// <param name="count">Images.</param>
    /// <param name="side">Rows and columns of pixels.</param>
    /// <param name="channels">Values of a pixel.</param>
    public static DataSet Open(int count, int side, int channels = 1)
    {
        DataSet digits = DataSource.Open(DataSource.Digits);
        ReadOnlySpan<byte> from = digits.Pixels.Span;
        byte[] pixels = new byte[count * side * side * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i % channels, pixel = i / channels, image = pixel / side / side;
            int row = (pixel / side % side) + ((digits.Format.Height - side) / 2), column = (pixel % side)
                + ((digits.Format.Width - side) / 2);
            if (row >= 0 && row < digits.Format.Height && column >= 0 && column < digits.Format.Width)
                pixels[i] = from[(((((image * channels) + channel) * digits.Format.Height) + row) * digits.Format.Width) + column];
        }

        return DataSet.FromBytes($"digits {side}x{side}x{channels}", pixels, count, side, side, channels);
    }
}
