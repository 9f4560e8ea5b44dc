using GanGpu.Data;

namespace GanGpu.Checkpoints;

/// <summary>Tells weights for other programs from checkpoints, both of which are safetensors files.</summary>
internal static class ForeignWeights
{
    /// <summary>What files of weights for PyTorch keep the preset by.</summary>
    public const string PresetKey = "gangpu.preset";

    /// <summary>
    /// Refuses a file of weights, and says how a checkpoint is made of it; what can't be read is for others to complain
    /// of.
    /// </summary>
    /// <exception cref="InvalidInputException">It holds weights.</exception>
    public static void Refuse(string path)
    {
        if (Holds(path))
            throw new InvalidInputException(
                $"'{path}' holds weights for PyTorch or Keras, and is no checkpoint; make one of it with gangpu " +
                "import (in a program: TorchWeights.Import).");
    }

    private static bool Holds(string path)
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            SafeTensorsHeader header = SafeTensorsHeader.Read(file);
            string format = header.Metadata.GetValueOrDefault("format") ?? "";
            // A checkpoint's tensors are matrices, all of them.
            return !format.StartsWith("gangpu-", StringComparison.Ordinal)
                && header.Tensors.Any(tensor => tensor.IsFloat
                    && (tensor.Shape.Length != 2 || header.Metadata.ContainsKey(PresetKey)));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }
}
