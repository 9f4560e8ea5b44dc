using GanGpu.Backends;
using GanGpu.Kernels.Launching;
using GanGpu.Networks;
using GanGpu.Planning;

namespace GanGpu.Training;

/// <summary>A network on a device, applied to any number of samples, one block after the other.</summary>
internal sealed class BatchedNetwork : IDisposable
{
    /// <summary>Samples that are taken at a time.</summary>
    private const int BlockSize = 256;

    private readonly Plan plan;
    private readonly Tensor input;
    private readonly IReadOnlyList<Tensor> outputs;
    private readonly DeviceBuffer<float> samples, arena;
    private readonly DeviceBuffer<uint> step;
    private readonly Action[] launches;

    /// <param name="backend">The device, whose turn the caller has.</param>
    /// <param name="length">Values of a sample.</param>
    /// <param name="describe">From samples, one a row, to what is wanted of each.</param>
    public BatchedNetwork(IBackend backend, int length, Func<Parameters, Tensor, IReadOnlyList<Tensor>> describe)
    {
        Parameters parameters = new() { Training = false };
        input = new("samples", new Shape(BlockSize, length));
        outputs = describe(parameters, input);
        Weights = new WeightArena(backend, parameters);
        try
        {
            plan = Planner.Build(outputs, Weights.Slices.Keys.Append(input).ToHashSet());
            samples = backend.Allocate<float>(input.Shape.Length);
            arena = backend.Allocate<float>(plan.ArenaLength);
            step = backend.Allocate<uint>(1);
            step.CopyFrom([1u]);
            launches = plan.Bind(
                backend, arena, new Dictionary<Tensor, Slice<float>>(Weights.Slices) { [input] = samples.All },
                step.All);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Puts values of samples, from one on, where the network takes them.</summary>
    public delegate void Fill(int first, Span<float> values);

    public WeightArena Weights { get; }

    /// <summary>Values of an output.</summary>
    public int WidthOf(int output) => outputs[output].Shape.Columns;

    /// <summary>Applies the network.</summary>
    /// <param name="use">How each block comes to its turn.</param>
    /// <param name="count">Samples.</param>
    /// <param name="fill">What they are.</param>
    /// <param name="cancellationToken">Ends it between blocks.</param>
    /// <returns>Of each output count rows.</returns>
    public float[][] Apply(DeviceUse use, int count, Fill fill, CancellationToken cancellationToken)
    {
        float[] block = new float[input.Shape.Length];
        float[][] results = [.. outputs.Select(output => new float[checked(count * output.Shape.Columns)])];
        for (int first = 0; first < count; first += BlockSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int rows = Math.Min(BlockSize, count - first);
            fill(first, block.AsSpan(0, rows * input.Shape.Columns));
            using DeviceTurn turn = use.Turn();
            samples.CopyFrom(block);
            foreach (Action launch in launches)
                launch();
            foreach ((Tensor output, float[] result) in outputs.Zip(results))
            {
                int width = output.Shape.Columns;
                arena.CopyTo(result.AsSpan(first * width, rows * width), plan.Offsets[output]);
            }
        }

        return results;
    }

    public void Dispose()
    {
        Weights.Dispose();
        samples?.Dispose();
        arena?.Dispose();
        step?.Dispose();
    }
}
