namespace GanGpu.Benchmarks;

/// <summary>Something that is timed by the step.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Trains a number of steps and waits until they are done.</summary>
    void Train(int steps);
}
