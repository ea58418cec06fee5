namespace Coordination.Faults.Tests;

/// <summary>A cluster through several rounds: its partitions, and the clock of all histories.</summary>
internal sealed class ClusterStory(TestCluster cluster)
{
    public TestCluster Cluster => cluster;

    /// <summary>One clock for all rounds, so that requests of one round can be compared with those of another.</summary>
    public HistoryClock Clock { get; } = new(TimeProvider.System);

    /// <summary>The default partition.</summary>
    public PartitionStory Default { get; } = new(StoreState.Fresh);

    /// <summary>The partition that the movable keys have; null while they are in the default one.</summary>
    public PartitionStory? Created { get; set; }

    /// <summary>The partition in which keys are.</summary>
    public PartitionStory Of(KeySpace space) => space == KeySpace.Movable ? Created ?? Default : Default;

    /// <summary>Gives the movable keys, of which there are none yet, a partition of their own.</summary>
    public async Task CreatePartition(Random random)
    {
        using var limit = new CancellationTokenSource(TestCluster.RecoveryMax);
        Created = new PartitionStory(StoreState.Of(await cluster.Partitions.Create(KeySpace.Movable, random, limit.Token), []));
    }

    /// <summary>The movable keys are in the default partition again, which holds this.</summary>
    public void Dropped(StoreState state)
    {
        StoreOperation[] unsettled = [.. Default.Unsettled, .. Created!.Unsettled];
        Default.GoOn(state, unsettled, new HashSet<StoreOperation>());
        Created = null;
    }

    /// <summary>Judges a round, and takes over what it leaves; the revisions that were compared.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; says where the history is.</exception>
    public async Task<int> Settle(RoundRecord round)
    {
        var initial = $"{Default.State}\n{Created?.State}";
        StoreOperation[] unsettled = [.. Default.Unsettled, .. Created?.Unsettled ?? []];
        try
        {
            return new RoundJudge(round, this).Judge();
        }
        catch (InvalidOperationException violation)
        {
            cluster.KeepsData = true;
            await Save(round, initial, unsettled);
            throw new InvalidOperationException(
                $"{violation.Message}\nHistory, watches and data are in {cluster.Folder.FullName}.\n{cluster.DescribeOutput()}", violation);
        }
    }

    private async Task Save(RoundRecord round, string initial, IEnumerable<StoreOperation> unsettled)
    {
        var folder = cluster.Folder.FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "initial.txt"), initial);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "history.txt"),
            HistoryText.Write(unsettled.Concat(round.History).Concat(round.Move is { } move ? [move] : [])));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "watches.txt"), WatchText.Write(round.Watches.SelectMany(watch => watch.Records)));
        await File.WriteAllLinesAsync(Path.Combine(folder, "elections.txt"), round.Elections.Select(time => $"{time}"));
    }
}
