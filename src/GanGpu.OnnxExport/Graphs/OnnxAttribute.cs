using GanGpu.OnnxExport.Format;
using Google.Protobuf;

namespace GanGpu.OnnxExport.Graphs;

/// <summary>Attributes of nodes.</summary>
internal static class OnnxAttribute
{
    public static AttributeProto Of(string name, long value) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Int,
        I = value,
    };

    public static AttributeProto Of(string name, float value) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Float,
        F = value,
    };

    public static AttributeProto Of(string name, string value) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.String,
        S = ByteString.CopyFromUtf8(value),
    };

    public static AttributeProto Of(string name, params long[] values) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Ints,
        Ints = { values },
    };
}
