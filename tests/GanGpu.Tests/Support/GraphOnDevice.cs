using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Planning;
using GanGpu.Tests.Reference;

namespace GanGpu.Tests.Support;

/// <summary>
/// A graph, planned and run on a device, against itself evaluated in float64: the planner's fusion and placement, the
/// backend and the kernels together.
/// </summary>
internal static class GraphOnDevice
{
    /// <param name="device">One of <see cref="TestDevices.Names"/>.</param>
    /// <param name="results">What is computed and compared.</param>
    /// <param name="leaves">The values of parameters and inputs.</param>
    /// <param name="absolute">How far off a value may be,</param>
    /// <param name="relative">and how far relative to the value.</param>
    public static void Check(
        string device, IReadOnlyList<Tensor> results, IReadOnlyDictionary<Tensor, float[]> leaves, double absolute,
        double relative)
    {
        IBackend backend = TestDevices.Open(device);
        Dictionary<Tensor, double[]> expected = Float64Graph.Evaluate(
            results,
            leaves.ToDictionary(leaf => leaf.Key, leaf => Array.ConvertAll(leaf.Value, value => (double)value)));
        List<IDisposable> buffers = [];
        try
        {
            Dictionary<Tensor, Slice<float>> external = [];
            foreach ((Tensor leaf, float[] values) in leaves)
            {
                DeviceBuffer<float> buffer = Own(backend.Allocate<float>(values.Length));
                buffer.CopyFrom(values);
                external.Add(leaf, buffer.All);
            }

            // Results are kept as gradients are: each in a place of its own.
            foreach (Tensor result in results.Where(result => !external.ContainsKey(result)))
                external.Add(result, Own(backend.Allocate<float>(result.Shape.Length)).All);
            Plan plan = Planner.Build(results, external.Keys.ToHashSet());
            DeviceBuffer<float> arena = Own(backend.Allocate<float>(Math.Max(1, plan.ArenaLength)));
            arena.CopyFrom([.. Enumerable.Repeat(float.NaN, arena.Length)]);
            DeviceBuffer<uint> step = Own(backend.Allocate<uint>(1));
            step.CopyFrom([Float64Graph.Step]);
            foreach (Action launch in plan.Bind(backend, arena, external, step.All))
                launch();
            foreach (Tensor result in results)
            {
                float[] got = OperationHarness.Read(external[result]);
                for (int i = 0; i < got.Length; i++)
                {
                    Assert.True(
                        Math.Abs(got[i] - expected[result][i]) <= absolute + (relative * Math.Abs(expected[result][i])),
                        FormattableString.Invariant(
                            $"{device}: {result} at {i} is {got[i]:R}, in float64 {expected[result][i]:R}."));
                }
            }
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }

        DeviceBuffer<T> Own<T>(DeviceBuffer<T> buffer)
            where T : unmanaged
        {
            buffers.Add(buffer);
            return buffer;
        }
    }

    /// <summary>Values for leaves, uniform on ±½.</summary>
    public static Dictionary<Tensor, float[]> Values(int seed, IEnumerable<Tensor> leaves)
    {
        Random random = new(seed);
        return leaves.ToDictionary(
            leaf => leaf, leaf =>
            Enumerable.Range(0, leaf.Shape.Length).Select(_ => random.NextSingle() - 0.5f).ToArray());
    }
}
