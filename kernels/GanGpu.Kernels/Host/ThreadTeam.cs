using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using GanGpu.Kernels.Gemm;

namespace GanGpu.Kernels.Host;

/// <summary>
/// Work that a <see cref="ThreadTeam"/> divides among its threads: part p of parts writes its own outputs and no
/// others.
/// </summary>
internal abstract class TeamTask
{
    public abstract void Run(int part, int parts);
}

/// <summary>
/// Fork and join in about a microsecond, without allocation. The caller runs part 0, and each worker its own part of
/// every task. If a worker has not started when the caller is done, because it sleeps or lost its processor to another
/// program, the caller runs its part as well. A training step forks some 25 times within a millisecond or two, so
/// workers spin for the next task before they sleep; idle workers sleep and use no processor time.
/// </summary>
/// <remarks>
/// Only one caller at a time; tasks must not start tasks. A team that is collected ends its threads: they reference the
/// shared work, not the team.
/// </remarks>
internal sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>More than the processors of any machine; parts are numbered with 16 bits.</summary>
    public const int MostThreads = ushort.MaxValue;

    private readonly Work work = new();
    private readonly Worker[] workers;
    private readonly HostMemory scratch;

    /// <param name="threads">Threads including the caller, at least 1; 0 for one per processor.</param>
    /// <param name="firstLevelBytes">The first-level cache that kernels assume; null for the processor's own.</param>
    public ThreadTeam(int threads, int? firstLevelBytes = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        FirstLevelBytes = firstLevelBytes ?? HostCache.FirstLevelBytes;
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threads, MostThreads, nameof(threads));
        scratch = new HostMemory((long)Threads * GemmHost.ScratchLength * sizeof(float));
        workers = new Worker[Threads - 1];
        for (int i = 0; i < workers.Length; i++)
            workers[i] = new Worker(work, i + 1);
    }

    ~ThreadTeam() => End();

    public int Threads { get; }

    /// <summary>The first-level data cache of a thread, in bytes.</summary>
    public int FirstLevelBytes { get; }

    /// <summary>
    /// Scratch memory of <see cref="GemmHost.ScratchLength"/> floats for the part with this number while it runs.
    /// </summary>
    public float* Scratch(int part) => (float*)scratch.Address + (nint)part * GemmHost.ScratchLength;

    /// <summary>
    /// Runs every part, part 0 on this thread, and returns when all are done. The first exception of a part is thrown
    /// here.
    /// </summary>
    /// <param name="task">What to run.</param>
    /// <param name="parts">1 to <see cref="Threads"/>.</param>
    public void Run(TeamTask task, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(parts, Threads);
        if (Interlocked.Exchange(ref work.Words.Busy, 1) != 0)
            throw new InvalidOperationException("A thread team runs one task at a time, and this one is running.");
        try
        {
            ObjectDisposedException.ThrowIf(work.Ended, this);
            if (parts == 1)
            {
                task.Run(0, 1);
                return;
            }

            work.Task = task;
            Volatile.Write(ref work.Words.Pending, parts - 1);
            long generation = Signal(parts);
            work.RunPart(0, parts);
            for (int part = 1; part < parts; part++)
            {
                if (workers[part - 1].Claim(generation))
                    work.FinishPart(part, parts);
            }

            work.WaitForWorkers();
            work.Task = null;
            if (work.Failure is { } first)
                ExceptionDispatchInfo.Throw(first);
        }
        finally
        {
            work.Failure = null;
            Volatile.Write(ref work.Words.Busy, 0);
        }
    }

    /// <summary>Ends the workers. Waits for a task that is running.</summary>
    public void Dispose()
    {
        SpinWait wait = default;
        while (Interlocked.Exchange(ref work.Words.Busy, 1) != 0)
            wait.SpinOnce();
        if (!work.Ended)
        {
            End();
            foreach (Worker worker in workers)
                worker.Dispose();
            scratch.Dispose();
            GC.SuppressFinalize(this);
        }

        Volatile.Write(ref work.Words.Busy, 0);
    }

    private void End()
    {
        work.Ended = true;
        // A constructor that failed leaves no workers, but a finalizer runs nevertheless.
        if (workers is not null && Array.TrueForAll(workers, worker => worker is not null))
            Signal(Threads);
    }

    /// <summary>
    /// Starts a generation. Its number and the number of parts are in one word, because a worker that does not take
    /// part may read it late, when the next generation is already under way.
    /// </summary>
    private long Signal(int parts)
    {
        long generation = (work.Words.Generation >> 16) + 1 << 16 | (long)parts;
        Interlocked.Exchange(ref work.Words.Generation, generation);
        for (int i = 0; i < parts - 1; i++)
            workers[i].WakeIfAsleep();
        return generation;
    }

    /// <summary>The state that the threads of a team share.</summary>
    private sealed class Work
    {
        public Words Words;
        public TeamTask? Task;
        public Exception? Failure;
        public volatile bool Ended;

        public void RunPart(int part, int parts)
        {
            try
            {
                Task!.Run(part, parts);
            }
#pragma warning disable CA1031 // Whatever it is, the caller throws it; an exception that ends a thread would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                Interlocked.CompareExchange(ref Failure, exception, null);
            }
        }

        public void FinishPart(int part, int parts)
        {
            RunPart(part, parts);
            Interlocked.Decrement(ref Words.Pending);
        }

        public void WaitForWorkers()
        {
            // Workers have equal shares and finish at about the same time; yield only if one lost its processor.
            for (int spins = 0; Volatile.Read(ref Words.Pending) != 0; spins++)
            {
                if (spins < 2000)
                    Thread.SpinWait(1);
                else
                    Thread.Yield();
            }
        }
    }

    /// <summary>The words through which threads communicate, each on its own cache lines.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Words
    {
        [FieldOffset(128)]
        public long Generation;

        [FieldOffset(256)]
        public int Pending;

        [FieldOffset(384)]
        public int Busy;
    }

    private sealed class Worker : IDisposable
    {
        // Longer than the time between two launches of a step, but too short to matter on a battery.
        private static readonly long SpinTicks = Stopwatch.Frequency * 40 / 1_000_000;

        private readonly Work work;
        private readonly int part;
        private readonly Thread thread;
        private readonly AutoResetEvent wake = new(false);
        private int asleep;
        private long claimed;

        public Worker(Work work, int part)
        {
            this.work = work;
            this.part = part;
            thread = new Thread(Loop) { IsBackground = true, Name = $"GanGpu host worker {part}" };
            thread.Start();
        }

        /// <summary>
        /// Whether the calling thread gets to run this worker's part of a generation; true once. The caller leaves no
        /// part unclaimed, so a worker that comes too late finds that its generation, or a later one, is taken.
        /// </summary>
        public bool Claim(long generation)
        {
            long before = Volatile.Read(ref claimed);
            return before < generation && Interlocked.CompareExchange(ref claimed, generation, before) == before;
        }

        public void WakeIfAsleep()
        {
            if (Interlocked.Exchange(ref asleep, 0) != 0)
                wake.Set();
        }

        /// <summary>Waits for the thread to end.</summary>
        public void Dispose()
        {
            thread.Join();
            wake.Dispose();
        }

        private void Loop()
        {
            long seen = 0;
            while (true)
            {
                seen = WaitForChange(seen);
                int parts = (int)(seen & 0xFFFF);
                if (part >= parts)
                    continue;
                if (work.Ended)
                    return;
                if (Claim(seen))
                    work.FinishPart(part, parts);
            }
        }

        private long WaitForChange(long seen)
        {
            long now = Volatile.Read(ref work.Words.Generation);
            if (now != seen)
                return now;
            long deadline = Stopwatch.GetTimestamp() + SpinTicks;
            do
            {
                for (int i = 0; i < 16; i++)
                {
                    Thread.SpinWait(1);
                    now = Volatile.Read(ref work.Words.Generation);
                    if (now != seen)
                        return now;
                }
            }
            while (Stopwatch.GetTimestamp() < deadline);

            do
            {
                // The thread that clears the flag decides: the caller, which then sets the event, or this thread, if
                // the generation moved before the caller could see the flag. A slow caller may wake this thread for a
                // generation that it already served by spinning; then it sleeps again.
                Interlocked.Exchange(ref asleep, 1);
                now = Volatile.Read(ref work.Words.Generation);
                if (now == seen || Interlocked.Exchange(ref asleep, 0) == 0)
                    wake.WaitOne();
                now = Volatile.Read(ref work.Words.Generation);
            }
            while (now == seen);
            return now;
        }
    }
}
