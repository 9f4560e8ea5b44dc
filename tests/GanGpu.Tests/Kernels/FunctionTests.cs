using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class FunctionTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<ElementwiseLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Functions(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (ElementwiseKind kind in Enum.GetValues<ElementwiseKind>())
        {
            foreach (int length in new[] { 1, 2, 3, 15, 16, 17, 31, 33, 127, 1025 })
            {
                bool positive = kind is ElementwiseKind.SquareRoot or ElementwiseKind.InverseSquareRoot;
                float[] x = [
                    .. Samples.Floats(length, 1)
                    .Select((value, i) =>
                        (positive ? Math.Abs(value) : value) * (i % 3 == 0 ? 30f : i % 3 == 1 ? 1f : 1e-3f))];
                foreach (float offset in positive ? new[] { 0f, 1e-5f } : [0f])
                {
                    ElementwiseFunction f = new(kind, offset);
                    // A few units in the last place: correctly rounded on CUDA and the processor, 3 ulp a root and 2.5
                    // a quotient in OpenCL.
                    Expected expected = Expected.Within(
                        [.. x.Select(
                            value => ReferenceFunction.Apply(f with { Offset = 0 }, (double)(value + offset)))],
                        6e-7, 1e-30);
                    using OperationHarness harness = new(backend, $"{device}: {f} of {length}");
                    Slice<float> y = harness.Output(length), inPlace = harness.InOut(x);
                    Action apart = backend.Bind(new ElementwiseLaunch(f, harness.Input(x), y)),
                        same = backend.Bind(new ElementwiseLaunch(f, inPlace, inPlace));
                    harness.Check(() => { apart(); same(); }, (y, expected), (inPlace, expected));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Ends_of_their_ranges(string device)
    {
        IBackend backend = TestDevices.Open(device);
        // Reciprocals and roots of nothing have none; a sure logit keeps its small softplus.
        Check(ElementwiseKind.Reciprocal, [0f, -0f, 1e-30f, -4f, 1e30f], [0, 0, 1e30, -0.25, 1e-30]);
        Check(ElementwiseKind.SquareRoot, [0f, 1e-30f, 4f, 1e30f], [0, 1e-15, 2, 1e15]);
        Check(ElementwiseKind.InverseSquareRoot, [0f, 1e-30f, 4f, 1e30f], [0, 1e15, 0.5, 1e-15]);
        Check(ElementwiseKind.Softplus, [0f, 100f, -20f, 1e4f, -1e4f], [Math.Log(2), 100, Math.Exp(-20), 1e4, 0]);
        Check(ElementwiseKind.Exponential, [0f, 1f, -1e4f, 88f], [1, Math.E, 0, Math.Exp(88)]);
        Check(ElementwiseKind.Logarithm, [1f, 2f, 1e-40f, 1e30f, 0f],
            [0, Math.Log(2), Math.Log(1e-40f), Math.Log(1e30f), double.NegativeInfinity]);

        foreach (ElementwiseKind kind in Enum.GetValues<ElementwiseKind>())
        {
            using OperationHarness harness = new(backend, $"{device}: {kind} of what is no number");
            Slice<float> x = harness.Input([1f, float.NaN]), y = harness.Output(2);
            harness.Run(backend.Bind(new ElementwiseLaunch(new(kind), x, y)));
            Assert.True(float.IsNaN(OperationHarness.Read(y)[1]), $"{device}: {kind}");
        }

        void Check(ElementwiseKind kind, float[] x, double[] expected)
        {
            using OperationHarness harness = new(backend, $"{device}: {kind} at the ends of its range");
            Slice<float> y = harness.Output(x.Length);
            harness.Check(
                backend.Bind(new ElementwiseLaunch(new(kind), harness.Input(x), y)),
                (y, Expected.Within(expected, 1e-6)));
        }
    }
}
