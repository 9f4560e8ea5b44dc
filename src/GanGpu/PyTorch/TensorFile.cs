using System.Runtime.InteropServices;
using System.Text.Json;
using GanGpu.Checkpoints;
using GanGpu.Data;

namespace GanGpu.PyTorch;

/// <summary>
/// A safetensors file of another program: tensors of any rank and type. What its header says is held against the length
/// of the file before any value is read, and nothing in it is ever executed. Source: the format's description in the
/// huggingface/safetensors repository.
/// </summary>
internal sealed class TensorFile : IDisposable
{
    private readonly FileStream stream;
    private long valuesStart;

    private TensorFile(string path)
    {
        FilePath = path;
        stream = RegularFile.OpenRead(path);
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Text that goes with the tensors.</summary>
    public Dictionary<string, string> Metadata { get; private set; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; private set; } =
        new Dictionary<string, StoredTensor>();

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">It is missing, unreadable, or no safetensors file.</exception>
    public static TensorFile Open(string path)
    {
        TensorFile? file = null;
        try
        {
            file = new TensorFile(path);
            file.ReadHeader();
            return file;
        }
        catch (Exception e)
        {
            file?.Dispose();
            throw e switch
            {
                FileNotFoundException or DirectoryNotFoundException =>
                    new DataFormatException(path, "is not there; name a file of weights.", e),
                IOException or UnauthorizedAccessException =>
                    new DataFormatException(path, $"can't be read: {e.Message}", e),
                InvalidDataException or JsonException or InvalidOperationException or FormatException
                    or OverflowException or KeyNotFoundException or ArgumentException =>
                    new DataFormatException(path, $"is no usable safetensors file: {Shown.Clause(e.Message)}.", e),
                _ => e,
            };
        }
    }

    /// <summary>The values of a tensor as float32, in the order of the file.</summary>
    /// <param name="tensor">One of floating-point numbers, with a length that an array can have.</param>
    public float[] Read(StoredTensor tensor)
    {
        byte[] bytes = new byte[tensor.Bytes];
        stream.Position = valuesStart + tensor.Start;
        stream.ReadExactly(bytes);
        return tensor.Type switch
        {
            "F32" => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
            "F64" => [.. MemoryMarshal.Cast<byte, double>(bytes).ToArray().Select(value => (float)value)],
            "F16" => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (float)value)],
            "BF16" =>
                [.. MemoryMarshal.Cast<byte, ushort>(bytes).ToArray()
                    .Select(value => BitConverter.UInt32BitsToSingle((uint)value << 16))],
            _ => throw new ArgumentException($"{tensor} has no floating-point numbers."),
        };
    }

    public void Dispose() => stream.Dispose();

    private void ReadHeader()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Weights are read on little-endian machines only.");
        Span<byte> start = stackalloc byte[ForeignFormat.Telling];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (ForeignWeights.Of(start, FilePath) is { } foreign)
            throw new DataFormatException(FilePath, foreign);
        SafeTensorsHeader header = SafeTensorsHeader.Read(stream);
        valuesStart = header.ValuesStart;
        Metadata = header.Metadata;
        Tensors = header.Tensors.ToDictionary(tensor => tensor.Name);
    }
}
