using GanGpu.Kernels.Host;

namespace GanGpu.Tests.Kernels;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_part_runs_once_and_before_Run_returns(int threads)
    {
        using ThreadTeam team = new(threads);
        Counter counter = new(threads);
        for (int round = 0; round < 20_000; round++)
        {
            // Numbers of parts that change all the time: workers sit out and come back.
            int parts = 1 + round * 7 % threads;
            Array.Clear(counter.Runs);
            team.Run(counter, parts);
            for (int part = 0; part < threads; part++)
                Assert.Equal(part < parts ? 1 : 0, counter.Runs[part]);
        }
    }

    [Fact]
    public void Workers_that_fell_asleep_miss_no_part()
    {
        using ThreadTeam team = new(3);
        Counter counter = new(3);
        for (int round = 1; round <= 20; round++)
        {
            Thread.Sleep(2);
            team.Run(counter, 3);
            Assert.Equal([round, round, round], counter.Runs);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_exception_of_any_part_reaches_the_caller_and_the_team_lives_on(int failing)
    {
        using ThreadTeam team = new(2);
        for (int round = 0; round < 3; round++)
        {
            ArithmeticException thrown = Assert.Throws<ArithmeticException>(() => team.Run(new Failing(failing), 2));
            Assert.Equal($"part {failing}", thrown.Message);
            Counter counter = new(2);
            team.Run(counter, 2);
            Assert.Equal([1, 1], counter.Runs);
        }
    }

    [Fact]
    public void A_task_that_starts_a_task_is_refused()
    {
        using ThreadTeam team = new(2);
        Assert.Throws<InvalidOperationException>(() => team.Run(new Nested(team), 1));
    }

    [Fact]
    public void Numbers_out_of_range_and_a_disposed_team_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(-1));
        ThreadTeam team = new(2);
        Counter counter = new(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => team.Run(counter, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => team.Run(counter, 3));
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(counter, 2));
        Assert.Equal([0, 0, 0], counter.Runs);
    }

    [Fact]
    public void A_fork_allocates_nothing()
    {
        using ThreadTeam team = new(2);
        Tally tally = new();
        team.Run(tally, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            team.Run(tally, 2);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(0, tally.WorkerBytes);
    }

    private sealed class Counter(int threads) : TeamTask
    {
        public int[] Runs { get; } = new int[threads];

        public override void Run(int part, int parts) => Interlocked.Increment(ref Runs[part]);
    }

    private sealed class Failing(int failing) : TeamTask
    {
        public override void Run(int part, int parts)
        {
            if (part == failing)
                throw new ArithmeticException($"part {part}");
        }
    }

    private sealed class Nested(ThreadTeam team) : TeamTask
    {
        public override void Run(int part, int parts) => team.Run(new Counter(1), 1);
    }

    /// <summary>
    /// Adds up what the worker's thread allocated between its runs; the caller may take its part at times.
    /// </summary>
    private sealed class Tally : TeamTask
    {
        private readonly int caller = Environment.CurrentManagedThreadId;
        private long last = -1;

        public long WorkerBytes { get; private set; }

        public override void Run(int part, int parts)
        {
            if (Environment.CurrentManagedThreadId == caller)
                return;
            long now = GC.GetAllocatedBytesForCurrentThread();
            if (last >= 0)
                WorkerBytes += now - last;
            last = now;
        }
    }
}
