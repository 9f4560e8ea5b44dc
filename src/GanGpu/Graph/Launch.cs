using GanGpu.Networks;

namespace GanGpu.Graph;

/// <summary>One unit of device work: what it reads, what it writes, and how it is bound to a device's kernel.</summary>
internal abstract class Launch
{
    public abstract IReadOnlyList<Tensor> Inputs { get; }

    public abstract IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>Whether it reads the number of the step, and so has to come before the end of the step.</summary>
    public virtual bool ReadsStep => false;

    /// <summary>Its operation, and the operations and bytes that it takes.</summary>
    public virtual LaunchCost Cost => new(GetType().Name, Outputs[0].Shape.ToString(), "", 0, Bytes);

    /// <summary>Bytes of the tensors that it reads and writes, each counted once.</summary>
    protected long Bytes => Inputs.Concat(Outputs).Distinct().Sum(tensor => (long)sizeof(float) * tensor.Shape.Length);

    /// <summary>Binds the launch to the memory that the plan gave its tensors; the action issues it.</summary>
    public abstract Action Bind(PlanBinding binding);
}
