using GanGpu.Planning;

namespace GanGpu.Graph;

/// <summary>One unit of device work: what it reads, what it writes, and how it is bound to a device's kernel.</summary>
internal abstract class Launch
{
    public abstract IReadOnlyList<Tensor> Inputs { get; }

    public abstract IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>Binds it to the memory that the plan gave its tensors; the action issues it.</summary>
    public abstract Action Bind(PlanBinding binding);
}
