
namespace GanGpu.Onnx.Tests;

/// <summary>Networks as files in a folder that is deleted afterwards, and images to show them.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gangpu-onnx-");

    public void Dispose() => folder.Delete(recursive: true);

    public string Write(Model model, string name = "net.onnx") => Write(model.ToArray(), name);

    public string Write(byte[] bytes, string name = "net.onnx")
    {
        string path = At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string At(string name) => Path.Combine(folder.FullName, name);

    /// <summary>Bytes of which no two neighbours are alike.</summary>
    public static DataSet Images(int count, int height, int width, int channels, int seed = 1)
    {
        byte[] pixels = new byte[count * height * width * channels];
        new Random(seed).NextBytes(pixels);
        return DataSet.FromBytes("images", pixels, count, height, width, channels);
    }

    /// <summary>The images as a generator gives them.</summary>
    public static SampleBatch AsGenerated(DataSet data) =>
        new(data.Format, data.Count, [.. data.Pixels.ToArray().Select(pixel => (pixel / 127.5f) - 1)]);
}
