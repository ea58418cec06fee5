namespace Coordination.Faults.Tests;

/// <summary>A cluster through several rounds: its partitions, and the clock of all histories.</summary>
internal sealed class ClusterStory(TestCluster cluster)
{
    public TestCluster Cluster => cluster;

    /// <summary>One clock for all rounds, so that requests of one round can be compared with those of another.</summary>
    public HistoryClock Clock { get; } = new(TimeProvider.System);

    public PartitionStories Partitions { get; } = new();

    /// <summary>Gives the movable keys, of which there are none yet, a partition of their own.</summary>
    public async Task CreatePartition(Random random)
    {
        using var limit = new CancellationTokenSource(TestCluster.RecoveryMax);
        Partitions.Created = new PartitionStory(StoreState.Of(await cluster.Partitions.Create(KeySpace.Movable, random, limit.Token), []));
    }

    /// <summary>Plays a round; figures, when nothing is wrong.</summary>
    public async Task<RoundReport> Play(Fault fault, PartitionChange change, int number, Random random)
    {
        try
        {
            if (change == PartitionChange.Drop)
            {
                using PartitionDrop drop = new(this, random);
                return await drop.Play(fault);
            }

            using Round round = new(this, random, moves: change == PartitionChange.Move);
            return await round.Play(fault, number);
        }
        catch (Exception error)
        {
            cluster.KeepsData = true;
            throw new InvalidOperationException($"{error.Message}\nThe data are in {cluster.Folder.FullName}.", error);
        }
    }

    /// <summary>Judges a round, and takes over what it leaves; the revisions that were compared.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; says where the history is.</exception>
    public async Task<int> Settle(RoundRecord round)
    {
        var initial = $"{Partitions.Default.State}\n{Partitions.Created?.State}";
        StoreOperation[] unsettled = [.. Partitions.Default.Unsettled, .. Partitions.Created?.Unsettled ?? []];
        try
        {
            return new RoundJudge(round, Partitions).Judge();
        }
        catch (InvalidOperationException violation)
        {
            await Save(round, initial, unsettled);
            throw new InvalidOperationException(
                $"{violation.Message}\nHistory and watches are with the data.\n{cluster.DescribeOutput()}", violation);
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
