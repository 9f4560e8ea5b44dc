using System.Text.Json.Serialization;

namespace GanGpu.Measures;

/// <summary>How a classifier's options stand in JSON, known when the library is compiled.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClassifierOptions))]
internal sealed partial class ClassifierJson : JsonSerializerContext;
