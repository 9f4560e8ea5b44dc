using GanGpu.Backends;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

[Collection(TestDevices.Collection)]
public class FigureRingTests
{
    public static TheoryData<string> DeviceNames => TestDevices.Names;

    [Theory]
    [MemberData(nameof(DeviceNames))]
    public void Figures_go_to_the_place_of_their_step_and_nowhere_else(string device)
    {
        const int slots = 3, count = 4;
        IBackend backend = TestDevices.Open(device);
        foreach (uint step in new[] { 1u, 2u, 3u, 4u, 7u, uint.MaxValue })
        {
            float[] figures = Samples.Floats(count, 1), before = Samples.Floats(slots * count, 2);
            double[] after = [.. before.Select(value => (double)value)];
            for (int i = 0; i < count; i++)
                after[((int)((step - 1) % slots) * count) + i] = figures[i];
            using OperationHarness harness = new(backend, $"{device}: Record at step {step}");
            Slice<float> ring = harness.InOut(before);
            harness.Check(backend.Record(harness.Input([step]), harness.Input(figures), ring), (ring, Expected.Within(after, 0)));
        }
    }
}
