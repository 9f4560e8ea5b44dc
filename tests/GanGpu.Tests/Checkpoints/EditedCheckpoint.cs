using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace GanGpu.Tests.Checkpoints;

/// <summary>A checkpoint whose metadata somebody changed, without the checksums, which are not asked for.</summary>
internal sealed class EditedCheckpoint
{
    private readonly byte[] values;

    private readonly JsonObject header;

    /// <param name="path">The file as it was saved.</param>
    public EditedCheckpoint(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        header = JsonNode.Parse(file.AsSpan(sizeof(ulong), length))!.AsObject();
        values = file[(sizeof(ulong) + length)..];
        foreach (
            string sum in Metadata.Select(pair => pair.Key)
            .Where(key => key.StartsWith("sha256", StringComparison.Ordinal)).ToArray())
            Metadata.Remove(sum);
    }

    /// <summary>What there is besides tensors, each a text.</summary>
    public JsonObject Metadata => header["__metadata__"]!.AsObject();

    /// <summary>One of the texts that are JSON themselves.</summary>
    public JsonObject Settings(string name) => JsonNode.Parse(Metadata[name]!.GetValue<string>())!.AsObject();

    /// <summary>The file with one text changed, and nothing else.</summary>
    public byte[] With(string name, string text)
    {
        JsonObject changed = header.DeepClone().AsObject();
        changed["__metadata__"]![name] = text;
        byte[] json = Encoding.UTF8.GetBytes(changed.ToJsonString()), start = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(start, (ulong)json.Length);
        return [.. start, .. json, .. values];
    }
}
