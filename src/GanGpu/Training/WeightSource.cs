using System.Globalization;
using System.Security.Cryptography;

namespace GanGpu.Training;

/// <summary>Where the weights came from that a training began with, in words that are kept with it.</summary>
internal static class WeightSource
{
    /// <summary>The file's name, how long its weights were trained, and a checksum; nothing of where it lies.</summary>
    /// <param name="path">A checkpoint.</param>
    /// <exception cref="InvalidInputException">The file is missing, damaged or no checkpoint of GanGpu.</exception>
    public static string Of(string path) => Of(path, Checkpoint.Read(path));

    /// <summary>As the other, of a checkpoint that was read.</summary>
    public static string Of(string path, Checkpoint checkpoint)
    {
        using FileStream stream = File.OpenRead(path);
        string sum = Convert.ToHexStringLower(SHA256.HashData(stream)),
            trained = checkpoint.DataCount == 0 ? "imported"
                : string.Create(CultureInfo.InvariantCulture, $"step {checkpoint.Step}");
        return $"{Path.GetFileName(path)} ({trained}, SHA-256 {sum})";
    }
}
