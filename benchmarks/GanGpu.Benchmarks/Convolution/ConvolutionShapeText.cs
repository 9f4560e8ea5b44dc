using System.Globalization;
using System.Text.RegularExpressions;
using GanGpu.Kernels.Convolution;

namespace GanGpu.Benchmarks.Convolution;

/// <summary>
/// Convolutions as they are written on the command line: height x width x channels : filters : kernel / stride p
/// padding.
/// </summary>
internal static partial class ConvolutionShapeText
{
    /// <summary>DCGAN's layers for images of 32x32 pixels, and a residual network's.</summary>
    public const string Default = "32x32x1:64:4/2p1,16x16x64:128:4/2p1,8x8x128:256:4/2p1";

    /// <exception cref="FormatException">It is not the text of a convolution.</exception>
    public static ConvolutionShape Parse(string text, int batch)
    {
        Match match = Pattern().Match(text);
        if (!match.Success)
            throw new FormatException($"'{text}' is not a convolution, which is written like 16x16x64:128:4/2p1.");
        (int height, int width, int kernel, int stride, int padding) =
            (Number(match, "h"), Number(match, "w"), Number(match, "kernel"), Number(match, "s"), Number(match, "p"));
        return new(
            batch, height, width, Number(match, "c"), Number(match, "k"),
            new(kernel, kernel, stride, padding, padding),
            ((height + (2 * padding) - kernel) / stride) + 1, ((width + (2 * padding) - kernel) / stride) + 1);
    }

    private static int Number(Match match, string name) =>
        int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "^(?<h>[1-9][0-9]{0,3})x(?<w>[1-9][0-9]{0,3})x(?<c>[1-9][0-9]{0,3}):(?<k>[1-9][0-9]{0,3}):"
            + "(?<kernel>[1-9][0-9]?)/(?<s>[1-9])p(?<p>[0-9])$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
