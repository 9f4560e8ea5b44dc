namespace GanGpu.Benchmarks;

/// <summary>Something that is timed by the repetition: a training step, a matrix product.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Does it a number of times and waits until that is done.</summary>
    void Repeat(int times);

    /// <summary>
    /// It allocates too much for the garbage collector to be held off meanwhile, and does not need that.
    /// </summary>
    bool Allocates => false;
}
