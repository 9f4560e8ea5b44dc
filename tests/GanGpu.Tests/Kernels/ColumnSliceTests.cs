using GanGpu.Backends;
using GanGpu.Kernels.Elementwise;
using GanGpu.Kernels.Launching;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class ColumnSliceTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Tests<PadColumnsLaunch>]
    [Tests<SliceColumnsLaunch>]
    [Tests<ConcatenateColumnsLaunch>]
    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Side_by_side_taken_out_and_padded(string device)
    {
        IBackend backend = TestDevices.Open(device);
        foreach (
            (int rows, int left, int right) in new[] {
                (1, 1, 1), (3, 2, 5), (31, 33, 1), (33, 1, 31), (7, 127, 3), (2, 3, 1025), (65, 16, 16) })
        {
            int width = left + right;
            float[] a = Samples.Floats(rows * left, 1), b = Samples.Floats(rows * right, 2),
                whole = Samples.Floats(rows * width, 3);
            using OperationHarness harness = new(backend, $"{device}: columns {rows}x({left}+{right})");
            Slice<float> both = harness.Output(rows * width), middle = harness.Output(rows * right),
                padded = harness.Output(rows * width), first = harness.Output(rows * left),
                leading = harness.Output(rows * width);
            Slice<float> leftInput = harness.Input(a), rightInput = harness.Input(b), all = harness.Input(whole);
            Action[] actions =
            [
                backend.Bind(new ConcatenateColumnsLaunch(rows, left, right, leftInput, rightInput, both)),
                backend.Bind(new SliceColumnsLaunch(rows, width, left, right, all, middle)),
                backend.Bind(new PadColumnsLaunch(rows, width, left, right, rightInput, padded)),
                backend.Bind(new SliceColumnsLaunch(rows, width, 0, left, all, first)),
                backend.Bind(new PadColumnsLaunch(rows, width, 0, left, leftInput, leading)),
            ];
            harness.Check(
                () => Array.ForEach(actions, action => action()),
                (both, Each(width, (r, c) => c < left ? a[(r * left) + c] : b[(r * right) + c - left])),
                (middle, Each(right, (r, c) => whole[(r * width) + left + c])),
                (padded, Each(width, (r, c) => c < left ? 0 : b[(r * right) + c - left])),
                (first, Each(left, (r, c) => whole[(r * width) + c])),
                (leading, Each(width, (r, c) => c < left ? a[(r * left) + c] : 0)));

            Expected Each(int columns, Func<int, int, double> element) =>
                Expected.Within(
                    [.. Enumerable.Range(0, rows * columns).Select(i => element(i / columns, i % columns))], 0);
        }
    }

    [Fact]
    public void Columns_that_are_not_there_are_refused()
    {
        IBackend backend = TestDevices.Open("cpu");
        using DeviceBuffer<float> buffer = backend.Allocate<float>(256);
        Slice<float> whole = buffer.All.Part(0, 6), part = buffer.All.Part(64, 4);
        foreach (int first in new[] { -1, 2 })
        {
            Assert.Contains(
                "2 columns from",
                Assert.Throws<ArgumentException>(
                    () => backend.Bind(new SliceColumnsLaunch(2, 3, first, 2, whole, part))).Message,
                StringComparison.Ordinal);
            Assert.Contains(
                "2 columns from",
                Assert.Throws<ArgumentException>(() => backend.Bind(new PadColumnsLaunch(2, 3, first, 2, part, whole)))
                .Message, StringComparison.Ordinal);
        }
    }
}
