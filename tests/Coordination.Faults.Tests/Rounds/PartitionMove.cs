namespace Coordination.Faults.Tests;

/// <summary>Gives keys that exist, and that clients go on to use, a partition of their own while something breaks. One use.</summary>
internal sealed class PartitionMove(TestCluster cluster, HistoryClock clock, Random random)
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(1);

    /// <summary>Begins soon, and goes on until every member says that the partition serves; what that means for the history.</summary>
    public async Task<StoreOperation> Run(CancellationToken stop)
    {
        await Pace.Take(DelayMax * random.NextDouble(), stop);
        var start = clock.Now;
        var first = await cluster.Partitions.Create(KeySpace.Movable, random, stop);
        return new StoreOperation(
            0, 0, "-", start, clock.Now, new StoreRequest.Move(KeySpace.Movable.Range), Outcome.Answered,
            new StoreAnswer(first, new StoreResult.Moved()));
    }
}
