using System.Reflection;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Documentation;

/// <summary>
/// What a public member throws by contract is in its documentation, which is what an editor shows. Whether it throws
/// that, and when, is for the tests of the member; here no kind of it is left out.
/// </summary>
public sealed class ExceptionDocumentationTests
{
    private const string Cancelled = nameof(OperationCanceledException), Disposed = nameof(ObjectDisposedException),
        OutOfMemory = nameof(DeviceOutOfMemoryException);

    /// <summary>Methods that don't use the device that they are given, or that their object is on.</summary>
    private static readonly string[] WithoutDevice =
    [
        // What fails in it fails again where the trainer is made, so it says that nothing is thrown.
        "GanTrainer.WarmUp(Device, Preset, SampleFormat, TrainingOptions)",
        // Looks at the data alone.
        "OnnxFeatureNetwork.Check(DataSet)",
        // Sets a mark that the training looks at.
        "TrainingRun.RequestSave()",
    ];

    private static readonly string[] NotOfContracts = ["Dispose", "DisposeAsync", "ToString", "Equals", "GetHashCode"];

    private static readonly string[] ParametersOfPaths = ["path", "pathOrName", "folder"];

    [Fact]
    public void Whoever_takes_a_path_or_a_stream_says_what_happens_if_it_is_no_good()
    {
        MethodBase[] takers = [.. ApiDocumentation.Methods.Where(method => method.GetParameters().Any(IsPlace)
            && method.Name != nameof(DataSource.FullName))];
        Require(takers, fewest: 10, exceptions => exceptions.Any(name => name is not (Cancelled or Disposed)));

        static bool IsPlace(ParameterInfo parameter) => parameter.ParameterType == typeof(Stream)
            || (parameter.ParameterType == typeof(string) && ParametersOfPaths.Contains(parameter.Name));
    }

    [Fact]
    public void Whoever_can_be_cancelled_says_so() =>
        Require(Taking<CancellationToken>(), fewest: 10, exceptions => exceptions.Contains(Cancelled));

    [Fact]
    public void Whoever_works_on_a_device_says_that_it_may_be_disposed_or_too_small() => Require(
        Taking<Device>(), fewest: 10,
        exceptions => exceptions.Contains(Disposed) && exceptions.Contains(OutOfMemory));

    [Fact]
    public void Methods_of_what_can_be_disposed_say_what_they_do_afterwards() => Require(
        [.. Disposables.SelectMany(type => ApiDocumentation.Methods.Where(method =>
            method.DeclaringType == type && method is { IsStatic: false, IsConstructor: false }
            && !NotOfContracts.Contains(method.Name)))],
        fewest: 10, exceptions => exceptions.Contains(Disposed));

    [Fact]
    public void What_can_be_disposed_says_which_threads_may_use_it()
    {
        Assert.InRange(Disposables.Length, 5, int.MaxValue);
        string[] silent = [.. Disposables.Select(type => (type.Name, Text: ApiDocumentation.TextOf(type)))
            .Where(type => !type.Text.Contains("thread", StringComparison.Ordinal)).Select(type => type.Name)];
        Assert.Empty(silent);
    }

    /// <summary>A rule that finds nothing to look at, or no documentation, would hold always.</summary>
    [Fact]
    public void Documentation_is_found_by_signature_and_where_it_is_taken_over()
    {
        Assert.InRange(ApiDocumentation.Libraries.Count, 4, 5);
        Assert.Equal(
            [nameof(InvalidInputException), OutOfMemory, Disposed],
            Of("Generator.Load(Device, Stream, Preset)"));
        // Those of another method, and of the method of an interface.
        Assert.Contains(
            nameof(TrainingDivergedException), Of("GanTrainer.TrainStepsAsync(Int64, IProgress`1, CancellationToken)"));
        Assert.Contains(nameof(InvalidInputException), Of("ImagePictures.Check(Int32, SampleFormat)"));
        Assert.Empty(Of("SampleBatch.ToBytes()"));

        static IReadOnlyList<string> Of(string name) => ApiDocumentation.ExceptionsOf(
            ApiDocumentation.Methods.Single(method => ApiDocumentation.NameOf(method) == name));
    }

    [Fact]
    public void Each_method_that_is_left_out_exists()
    {
        string[] all = [.. ApiDocumentation.Methods.Select(ApiDocumentation.NameOf)];
        // GanGpu.Onnx is beside its own tests alone, which have these as well.
        bool hasOnnx = ApiDocumentation.Libraries.Any(library => library.GetName().Name == "GanGpu.Onnx");
        string[] here =
            [.. WithoutDevice.Where(name => hasOnnx || !name.StartsWith("Onnx", StringComparison.Ordinal))];
        Assert.All(here, name => Assert.Contains(name, all));
    }

    private static Type[] Disposables =>
        [.. ApiDocumentation.Types.Where(type => type.IsClass && typeof(IDisposable).IsAssignableFrom(type))];

    private static MethodBase[] Taking<T>() => [.. ApiDocumentation.Methods.Where(method =>
        method.GetParameters().Any(parameter => parameter.ParameterType == typeof(T)))];

    private static void Require(MethodBase[] methods, int fewest, Func<IReadOnlyList<string>, bool> holds)
    {
        Assert.InRange(methods.Length, fewest, int.MaxValue);
        string[] wanting = [.. methods.Where(method => !holds(ApiDocumentation.ExceptionsOf(method)))
            .Select(ApiDocumentation.NameOf).Except(WithoutDevice)];
        Assert.True(wanting.Length == 0, $"They document no such exception: {string.Join("; ", wanting)}.");
    }
}
