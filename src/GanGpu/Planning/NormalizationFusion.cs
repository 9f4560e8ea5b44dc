using GanGpu.Graph;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>
/// Fuses the elementwise operations of a normalisation layer into the fewest passes that its sums allow: normalisation
/// → scale and shift → activation forward, activation gradient → scale's gradient → normalisation's gradient backward.
/// </summary>
internal static class NormalizationFusion
{
    public static void Apply(List<Launch> launches, IReadOnlySet<Tensor> results)
    {
        foreach (ScaleShift scaleShift in launches.OfType<ScaleShift>().ToList())
            JoinForward(launches, results, scaleShift);
        foreach (ScaleShiftGradient gradient in launches.OfType<ScaleShiftGradient>().ToList())
            JoinBackward(launches, results, gradient);
    }

    private static void JoinForward(List<Launch> launches, IReadOnlySet<Tensor> results, ScaleShift scaleShift)
    {
        Activate? activate = OnlyReader(launches, results, scaleShift.Output) as Activate;
        Tensor y = activate?.Output ?? scaleShift.Output;
        Activation activation = activate?.Activation ?? Activation.Identity;
        Tensor x = scaleShift.Inputs[0];
        int at = launches.IndexOf(scaleShift);
        if (scaleShift.RowGroups is { Groups: 1, Columns: > 1 } && x.Producer is Normalize normalize
            && x == normalize.Normalized
            && launches.IndexOf(normalize) is >= 0 and int first
            && !launches.Skip(first).Take(at - first)
                .Any(launch => launch.Outputs.Contains(scaleShift.Inputs[1])
                    || launch.Outputs.Contains(scaleShift.Inputs[2])))
        {
            bool storesNormalized = results.Contains(x)
                || launches.Any(launch => launch != scaleShift && launch.Inputs.Contains(x));
            launches[first] = new FusedNormalize(normalize, scaleShift, activation, y, storesNormalized);
            launches.RemoveAt(at);
        }
        else if (activate is not null)
        {
            launches[at] = new FusedScaleShift(scaleShift, activation, y);
        }

        if (activate is not null)
            launches.Remove(activate);
    }

    private static void JoinBackward(List<Launch> launches, IReadOnlySet<Tensor> results, ScaleShiftGradient gradient)
    {
        Tensor dy = gradient.Inputs[0];
        // An activation gradient that is fused to a matrix product is not a launch any more.
        ActivationGradient? before = dy.Producer is ActivationGradient producer && launches.Contains(producer)
            && OnlyReader(launches, results, dy) == gradient ? producer : null;
        NormalizeGradient? after = gradient.RowGroups is { Groups: 1, Columns: > 1 }
            && OnlyReader(launches, results, gradient.Outputs[0]) is NormalizeGradient reader
                && reader.Inputs[0] == gradient.Outputs[0]
            && reader.Inputs[1] == gradient.Inputs[1] && reader.Inputs[2].Producer == reader.Inputs[1].Producer
                ? reader : null;
        if (before is null && after is null)
            return;
        launches[launches.IndexOf(gradient)] = after is null ? new FusedScaleShiftGradient(gradient, before!)
            : new FusedNormalizeGradient(gradient, before, after);
        launches.RemoveAll(launch => launch == before || launch == after);
    }

    /// <summary>
    /// The only launch that reads the tensor; null if there are several readers, or it is a result of the plan.
    /// </summary>
    private static Launch? OnlyReader(List<Launch> launches, IReadOnlySet<Tensor> results, Tensor tensor)
    {
        if (results.Contains(tensor))
            return null;
        Launch[] readers = [.. launches.Where(launch => launch.Inputs.Contains(tensor)).Take(2)];
        return readers.Length == 1 && readers[0].Inputs.Count(input => input == tensor) == 1 ? readers[0] : null;
    }
}
