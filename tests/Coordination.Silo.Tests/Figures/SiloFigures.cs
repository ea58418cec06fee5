using System.Diagnostics;

namespace Coordination.Silo.Tests;

/// <summary>
/// What silos cost. Not part of a test run, since nothing here can fail: asked for with <c>-explicit only</c>, on a quiet machine.
/// </summary>
[Collection(SiloCollection.Name)]
public sealed class SiloFigures
{
    private const int WarmUpCalls = 20_000;
    private const int Calls = 50_000;

    private static readonly TimeSpan IdlePeriod = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public async Task Start_and_memory()
    {
        var table = new InMemoryClusterTable();
        List<TestNode> nodes = [];
        for (ulong id = 1; id <= 4; id++)
        {
            double before = MemoryInMiB();
            var watch = Stopwatch.StartNew();
            TimeSpan processor = ProcessorTime();
            TestNode node = await TestNode.StartAsync(id, table);
            nodes.Add(node);
            await node.Silo.WaitUntilActiveAsync(Token);
            Report($"silo {id}: active after {watch.ElapsedMilliseconds} ms, "
                + $"{(ProcessorTime() - processor).TotalMilliseconds:F0} ms of CPU, "
                + $"heap {before:F1} -> {MemoryInMiB():F1} MiB, resident {Environment.WorkingSet / 1048576.0:F0} MiB");
        }

        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    [Fact(Explicit = true)]
    public async Task Idle_processor_time()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        await ReportIdleAsync("three silos, soon after the start");
        await ReportIdleAsync("three silos, later");
    }

    [Fact(Explicit = true)]
    public async Task Idle_processor_time_after_silos_ended()
    {
        await using (TestCluster cluster = await TestCluster.StartAsync(Token))
        {
        }

        await ReportIdleAsync("after three silos left in good order");

        await using (TestCluster cluster = await TestCluster.StartAsync(Token))
        {
            cluster.Table.HasQuorum = false;
        }

        await ReportIdleAsync("after three silos were left behind for want of a quorum");

        await using (TestCluster cluster = await TestCluster.StartAsync(Token))
        {
            await cluster.Nodes[2].CrashAsync();
        }

        await ReportIdleAsync("after one of three broke");

        await using (TestCluster cluster = await TestCluster.StartAsync(Token))
        {
            cluster.Nodes[2].Freeze();
        }

        await ReportIdleAsync("after one of three fell silent");

        await using (TestNode node = await TestNode.StartAsync(1, new InMemoryClusterTable { HasQuorum = false }))
        {
            node.Table.IsCut = true;
        }

        await ReportIdleAsync("after one that could not start");
    }

    [Fact(Explicit = true)]
    public async Task Start_of_three_together_and_of_two_after_all_died()
    {
        var watch = Stopwatch.StartNew();
        InMemoryClusterTable table;
        await using (TestCluster cluster = await TestCluster.StartTogetherAsync(Token))
        {
            Report($"three together: each reaches each after {watch.ElapsedMilliseconds} ms");
            table = cluster.Table;
            await Task.WhenAll(cluster.Nodes.Select(node => node.CrashAsync()));
        }

        watch.Restart();
        TestNode[] nodes = await Task.WhenAll(Enumerable.Range(1, 2).Select(id => TestNode.StartAsync((ulong)id, table)));
        await Task.WhenAll(nodes.Select(node => node.Silo.WaitUntilActiveAsync(Token)));
        await TestCluster.UntilReachedAsync(nodes[0], nodes[1], Token);
        Report($"two of three after all died: they reach each other after {watch.ElapsedMilliseconds} ms, "
            + $"with a sign of life every {nodes[0].Options.SignOfLifePeriod}");
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    [Theory(Explicit = true)]
    [InlineData(1, 0)]
    [InlineData(1, 1024)]
    [InlineData(1, 65536)]
    [InlineData(64, 0)]
    [InlineData(64, 1024)]
    public async Task Calls_of_grains(int callers, int size)
    {
        await using TestCluster cluster = await TestCluster.StartAsync(Token);
        foreach ((string way, ulong member) in ((string, ulong)[])[("local", 1), ("to another silo", 2)])
        {
            await CallAsync(cluster, member, callers, size, WarmUpCalls);
            TimeSpan processor = ProcessorTime();
            var watch = Stopwatch.StartNew();
            long[] ticks = await CallAsync(cluster, member, callers, size, Calls);
            double processorMicroseconds = (ProcessorTime() - processor).TotalMicroseconds / Calls;
            double perSecond = Calls / watch.Elapsed.TotalSeconds;
            Array.Sort(ticks);
            Report($"{way}, {callers} callers, {size} bytes: {perSecond:F0} calls/s, {processorMicroseconds:F1} us CPU over both ends, "
                + $"p50 {Microseconds(ticks, 50):F0} us, p99 {Microseconds(ticks, 99):F0} us");
        }
    }

    private static async Task<long[]> CallAsync(TestCluster cluster, ulong member, int callers, int size, int calls)
    {
        var command = new EncodedBytes(new byte[size]);
        TestNode from = cluster.Nodes[0];
        long[][] all = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(
            async () =>
            {
                long[] ticks = new long[calls / callers];
                for (int i = 0; i < ticks.Length; i++)
                {
                    long start = Stopwatch.GetTimestamp();
                    await from.Silo.GetReplica(new ReplicaAddress(0, member)).InvokeAsync(command, CancellationToken.None);
                    ticks[i] = Stopwatch.GetTimestamp() - start;
                }

                return ticks;
            },
            Token)));
        return [.. all.SelectMany(ticks => ticks)];
    }

    private static async Task ReportIdleAsync(string what)
    {
        GC.Collect();
        using var period = new PeriodicTimer(IdlePeriod);
        TimeSpan before = ProcessorTime();
        await period.WaitForNextTickAsync(Token);
        Report($"{what}: {(ProcessorTime() - before).TotalMilliseconds / IdlePeriod.TotalSeconds:F1} ms of CPU a second");
    }

    private static double Microseconds(long[] sorted, int percent) =>
        sorted[sorted.Length * percent / 100] * 1e6 / Stopwatch.Frequency;

    private static TimeSpan ProcessorTime()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }

    private static double MemoryInMiB()
    {
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true) / 1048576.0;
    }

    private static void Report(string line) => TestContext.Current.SendDiagnosticMessage(line);
}
