namespace Coordination.Silo.Tests;

/// <summary>Three nodes in this process that know each other.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>How long anything may take that has to happen, on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TestCluster(InMemoryClusterTable table, IReadOnlyList<TestNode> nodes)
    {
        Table = table;
        Nodes = nodes;
    }

    public InMemoryClusterTable Table { get; }

    public IReadOnlyList<TestNode> Nodes { get; }

    /// <summary>
    /// Starts three nodes one after the other, which is faster than all at once: who loses a race for the membership waits for seconds.
    /// Each has reached each when this completes.
    /// </summary>
    public static async Task<TestCluster> StartAsync(CancellationToken cancellationToken)
    {
        var table = new InMemoryClusterTable();
        List<TestNode> nodes = [];
        for (ulong id = 1; id <= 3; id++)
        {
            TestNode node = await TestNode.StartAsync(id, table);
            nodes.Add(node);
            await node.Silo.WaitUntilActiveAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        }

        var cluster = new TestCluster(table, nodes);
        await cluster.UntilConnectedAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Starts three nodes at the same time.</summary>
    public static async Task<TestCluster> StartTogetherAsync(CancellationToken cancellationToken)
    {
        var table = new InMemoryClusterTable();
        TestNode[] nodes = await Task.WhenAll(Enumerable.Range(1, 3).Select(id => TestNode.StartAsync((ulong)id, table)));
        var cluster = new TestCluster(table, nodes);
        await cluster.UntilConnectedAsync(cancellationToken);
        return cluster;
    }

    /// <summary>Asks again and again until the replica answers.</summary>
    public static Task UntilReachedAsync(TestNode from, TestNode to, CancellationToken cancellationToken) => UntilAsync(
        async () =>
        {
            try
            {
                return FakeHosting.MemberOf(await from.AskAsync(to.Id, cancellationToken)) == to.Id;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                return false;
            }
        },
        cancellationToken);

    /// <summary>Looks again and again until something is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await condition())
        {
            await looks.WaitForNextTickAsync(either.Token);
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));

    private async Task UntilConnectedAsync(CancellationToken cancellationToken)
    {
        foreach (TestNode from in Nodes)
        {
            foreach (TestNode to in Nodes)
            {
                await UntilReachedAsync(from, to, cancellationToken);
            }
        }
    }
}
