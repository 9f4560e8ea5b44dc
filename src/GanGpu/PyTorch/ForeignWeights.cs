using GanGpu.Checkpoints;

namespace GanGpu.PyTorch;

/// <summary>What to do with weights in a format that can run code, or that is not read here.</summary>
internal static class ForeignWeights
{
    private static ReadOnlySpan<byte> Hdf5 => [0x89, (byte)'H', (byte)'D', (byte)'F'];

    /// <summary>
    /// The rest of a sentence that begins with the file's path; null where the file may be safetensors.
    /// </summary>
    /// <param name="start">Its first bytes.</param>
    /// <param name="path">Its name, which counts where the bytes say nothing.</param>
    public static string? Of(ReadOnlySpan<byte> start, string path)
    {
        if (start.StartsWith(Hdf5))
        {
            return "is an HDF5 file, as Keras writes them; only safetensors files are read. Convert it with Keras: "
                + "safetensors.numpy.save_file({weight.path: weight.numpy() for weight in model.weights}, " +
                    "'weights.safetensors').";
        }

        string? format = ForeignFormat.Of(start);
        bool named = Path.GetExtension(path).ToLowerInvariant() is ".pt" or ".pth" or ".pkl" or ".ckpt";
        if (format is null && !(named && (start.Length < 9 || start[8] != '{')))
            return null;
        return $"is {format ?? "named as a Python pickle is"}, which may run any code and is never opened; only " +
            "safetensors files are read. Convert it with PyTorch: "
            + "safetensors.torch.save_file(torch.load('weights.pt', weights_only=True), 'weights.safetensors').";
    }
}
