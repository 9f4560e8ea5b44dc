using System.Globalization;
using System.Text.RegularExpressions;
using GanGpu.Kernels.Gemm;

namespace GanGpu.Benchmarks.Gemm;

/// <summary>Shapes of products as they are written on the command line, <c>MxNxK</c> or <c>MxNxK:TN</c>.</summary>
internal static partial class GemmShapeText
{
    /// <summary>
    /// The article's GAN at batch 64, forward, by the input and by the weights, and square ones beside them.
    /// </summary>
    public const string Default =
        "64x784x256,128x256x784,256x784x256,512x512x512,1024x1024x1024,64x784x256:NT,128x256x784:NT,784x256x64:TN,256x784x128:TN";

    /// <exception cref="FormatException">It is not the text of a shape.</exception>
    public static GemmShape Parse(string text)
    {
        Match match = Pattern().Match(text);
        if (!match.Success)
            throw new FormatException(
                $"'{text}' is not a product's shape, which is written like 64x784x256 or 64x784x256:NT.");
        return new(
            Number(match, "m"), Number(match, "n"), Number(match, "k"), match.Groups["a"].Value == "T",
            match.Groups["b"].Value == "T");
    }

    private static int Number(Match match, string name) =>
        int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        "^(?<m>[1-9][0-9]{0,4})x(?<n>[1-9][0-9]{0,4})x(?<k>[1-9][0-9]{0,4})(:(?<a>[NT])(?<b>[NT]))?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
