namespace GanGpu.Kernels.Launching;

/// <summary>
/// A launch of an operation: its operands, the checks of them, and how it is bound on either kind of device. All
/// matrices are row-major and dense. Unless a launch says otherwise, outputs may not overlap inputs. Everything that
/// changes from step to step is read from device memory, so that bound launches can be replayed unchanged.
/// </summary>
internal interface ILaunch
{
    /// <summary>Checks the operands once, before the launch is bound: kernels have no range checks.</summary>
    /// <exception cref="ArgumentException">The shape of an operand is wrong; the message names the operand, the shape
    /// and the operation.</exception>
    void Check();

    /// <summary>
    /// An action that issues the launch on a GPU, in order with all its other launches, and allocates nothing.
    /// </summary>
    Action Bind(IGpu gpu);

    /// <summary>An action that does the work on the processor and allocates nothing.</summary>
    Action Bind(IHost host);
}
