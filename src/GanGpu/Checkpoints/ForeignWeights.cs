namespace GanGpu.Checkpoints;

/// <summary>Tells weights for other programs from checkpoints, both of which are safetensors files.</summary>
internal static class ForeignWeights
{
    /// <summary>What files of weights for PyTorch keep the preset by.</summary>
    public const string PresetKey = "gangpu.preset";

    /// <summary>
    /// Refuses a file of weights, and says how a checkpoint is made of it.
    /// </summary>
    /// <param name="header">The file's.</param>
    /// <param name="shown">The file, as a sentence begins with it.</param>
    /// <exception cref="InvalidInputException">It holds weights.</exception>
    public static void Refuse(SafeTensorsHeader header, string shown)
    {
        if (Holds(header))
            throw new InvalidInputException(
                $"{shown} holds weights for PyTorch or Keras, and is no checkpoint; TorchWeights.Import makes one of it.")
            {
                Remedy = Remedy.Import,
            };
    }

    private static bool Holds(SafeTensorsHeader header)
    {
        string format = header.Metadata.GetValueOrDefault("format") ?? "";
        // A checkpoint's tensors are matrices, all of them.
        return !format.StartsWith("gangpu-", StringComparison.Ordinal)
            && header.Tensors.Any(tensor => tensor.IsFloat
                && (tensor.Shape.Length != 2 || header.Metadata.ContainsKey(PresetKey)));
    }
}
