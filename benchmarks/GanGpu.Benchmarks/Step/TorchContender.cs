using GanGpu.TorchPeer;

namespace GanGpu.Benchmarks.Step;

/// <summary>TorchSharp used well, see <see cref="TorchTraining"/>.</summary>
internal sealed class TorchContender(StepTask task, TorchVariant variant) : IContender
{
    private readonly TorchTraining training = new(task.Preset, task.Data, task.Options, variant);

    public TorchVariant Variant => training.Variant;

    /// <summary>The fastest of its ways to do the step, found in turns here and now.</summary>
    /// <param name="task">The step.</param>
    /// <param name="ways">Receives each way with the milliseconds of its fastest slice.</param>
    public static TorchContender Fastest(StepTask task, out string ways)
    {
        TorchContender[] all = [.. TorchVariant.For(task.Preset).Select(variant => new TorchContender(task, variant))];
        int[] steps = [.. all.Select(contender => SideBySide.RepetitionsIn(TimeSpan.FromMilliseconds(40), contender))];
        // Of steps that fill a slice alone fewer are needed.
        int rounds = steps[0] > 1 ? 9 : 4;
        double[] best = [.. all.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < all.Length; i++)
                best[i] = Math.Min(best[i], SideBySide.Slice(all[i], steps[i]));
        }

        TorchContender fastest = all[Array.IndexOf(best, best.Min())];
        foreach (TorchContender other in all.Where(other => other != fastest))
            other.Dispose();
        ways = string.Join(
            "; ", all.Zip(
                best, (contender, milliseconds) =>
                FormattableString.Invariant($"{contender.Variant}: {milliseconds:F2}")));
        return fastest;
    }

    public void Repeat(int times)
    {
        for (int i = 0; i < times; i++)
            training.Step();
    }

    public void Dispose() => training.Dispose();
}
