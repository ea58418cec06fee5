namespace Coordination.Faults.Tests;

/// <summary>
/// One cluster for the tests of a class, which run one after another; a new one after a test that failed. Starting three processes takes
/// longer than most faults.
/// </summary>
public sealed class SharedCluster : IAsyncDisposable
{
    private static readonly ClusterSettings Settings = new() { SnapshotCount = 100, SnapshotCatchUpEntries = 20 };

    private ClusterStory? _story;
    private int _rounds;

    /// <summary>Plays a fault on the cluster; figures, when nothing is wrong.</summary>
    public async Task<RoundReport> Play(Fault fault, int seed, PartitionChange change = PartitionChange.None)
    {
        var story = _story ?? await Start(seed);
        _story = null;
        try
        {
            var report = await story.Play(fault, change, ++_rounds, new Random(seed));
            _story = story;
            return report;
        }
        finally
        {
            if (_story is null)
            {
                await story.Cluster.DisposeAsync();
            }
        }
    }

    private static async Task<ClusterStory> Start(int seed)
    {
        ClusterStory story = new(await TestCluster.Start(Settings));
        await story.CreatePartition(new Random(seed));
        return story;
    }

    public async ValueTask DisposeAsync()
    {
        if (_story is not null)
        {
            await _story.Cluster.DisposeAsync();
        }
    }
}
