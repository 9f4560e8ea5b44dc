using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>
/// A team of threads that share one piece of work at a time: the caller and its workers, which spin for a short while after
/// each piece and then sleep, so that nothing is burnt where nothing trains. A fork and a join cost about a microsecond
/// and allocate nothing.
/// </summary>
/// <remarks>
/// One caller at a time. Work is split over results, never over the terms of a sum, so that the number of threads changes no bit.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    /// <summary>Iterations that a worker waits actively, some tens of microseconds.</summary>
    private const int SpinsBeforeSleep = 4000;

    private readonly Worker[] workers;
    private readonly Lock calling = new();

    /// <param name="threads">Threads in all, the caller's included; 0 for one a processor.</param>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        workers = new Worker[Threads - 1];
        for (int i = 0; i < workers.Length; i++)
            workers[i] = new Worker(i + 1, Threads);
    }

    /// <summary>Threads in all, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Runs <see cref="TeamWork.Run"/> once for each part, part 0 on the caller's thread, and waits for all.</summary>
    /// <exception cref="Exception">What a part threw, after all have ended; the caller's own first.</exception>
    public void Run(TeamWork work)
    {
        if (workers.Length == 0)
        {
            work.Run(0, 1);
            return;
        }

        lock (calling)
        {
            foreach (Worker worker in workers)
                worker.Begin(work);
            try
            {
                work.Run(0, Threads);
            }
            finally
            {
                foreach (Worker worker in workers)
                    worker.Join();
            }

            foreach (Worker worker in workers)
                worker.ThrowIfFailed();
        }
    }

    /// <summary>Ends the workers.</summary>
    public void Dispose()
    {
        foreach (Worker worker in workers)
            worker.Dispose();
    }

    private sealed class Worker : IDisposable
    {
        private readonly int part, parts;
        private readonly Thread thread;
        private readonly SemaphoreSlim wake = new(0);
        private TeamWork? work;
        private Exception? failure;
        private int asleep;
        private volatile bool ending;

        public Worker(int part, int parts)
        {
            (this.part, this.parts) = (part, parts);
            thread = new Thread(Loop) { IsBackground = true, Name = "GanGpu worker" };
            thread.Start();
        }

        public void Begin(TeamWork piece)
        {
            failure = null;
            Volatile.Write(ref work, piece);
            Wake();
        }

        public void Join()
        {
            // The parts are of like size; only an overloaded machine makes the caller wait for long.
            for (int spins = 0; Volatile.Read(ref work) is not null; spins++)
            {
                if (spins < SpinsBeforeSleep)
                    Thread.SpinWait(4);
                else
                    Thread.Yield();
            }
        }

        public void ThrowIfFailed()
        {
            if (failure is { } exception)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        }

        public void Dispose()
        {
            ending = true;
            Wake();
            thread.Join();
            wake.Dispose();
        }

        private void Wake()
        {
            // Full fences on both sides: either the worker sees the work, or this sees that the worker is falling asleep.
            Interlocked.MemoryBarrier();
            if (Interlocked.Exchange(ref asleep, 0) == 1)
                wake.Release();
        }

        private void Loop()
        {
            while (true)
            {
                TeamWork? piece = Await();
                if (piece is null)
                    return;
                try
                {
                    piece.Run(part, parts);
                }
                catch (Exception e)
                {
                    failure = e;
                }

                Volatile.Write(ref work, null);
            }
        }

        private TeamWork? Await()
        {
            for (int spins = 0; ; spins++)
            {
                if (ending)
                    return null;
                if (Volatile.Read(ref work) is { } piece)
                    return piece;
                if (spins < SpinsBeforeSleep)
                {
                    Thread.SpinWait(8);
                    continue;
                }

                Interlocked.Exchange(ref asleep, 1);
                // Whoever sets the flag back decides: the caller then releases the semaphore, this thread then need not wait.
                bool idle = Volatile.Read(ref work) is null && !ending;
                if (idle || Interlocked.Exchange(ref asleep, 0) == 0)
                    wake.Wait();
                spins = 0;
            }
        }
    }
}

/// <summary>A piece of work that a team shares; made once, when an operation is bound, and run at every replay.</summary>
internal abstract class TeamWork
{
    /// <summary>Elements below which an elementwise operation stays on one thread: a fork and a join cost as much.</summary>
    private const int SmallestShare = 4096;

    /// <summary>Does part <paramref name="part"/> of <paramref name="parts"/>.</summary>
    public abstract void Run(int part, int parts);

    /// <summary>The part's range of <paramref name="count"/> units, split evenly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (int Begin, int End) Share(int count, int part, int parts) =>
        ((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts));

    /// <summary>Whether an operation over so many elements is worth sharing.</summary>
    public static bool IsWorthSharing(long elements) => elements >= SmallestShare;
}
