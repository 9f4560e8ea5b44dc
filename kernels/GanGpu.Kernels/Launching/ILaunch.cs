namespace GanGpu.Kernels.Launching;

/// <summary>
/// A launch of an operation: the operands that it will always use, what must hold of them, and its form on either kind
/// of device. All matrices are row-major and dense. Unless a launch says otherwise, outputs may not overlap inputs.
/// Everything that changes from step to step is read from device memory, so that a bound list can be replayed as it is.
/// </summary>
internal interface ILaunch
{
    /// <summary>Checks the operands, once, before anything is bound: a kernel has no range checks.</summary>
    /// <exception cref="ArgumentException">An operand has another shape than it should; the message names it, the shape
    /// and the operation.</exception>
    void Check();

    /// <summary>
    /// An action that issues the launch on a GPU, in order with all others of it, and allocates nothing.
    /// </summary>
    Action Bind(IGpu gpu);

    /// <summary>An action that does the work on the processor and allocates nothing.</summary>
    Action Bind(IHost host);
}
