namespace Coordination.Faults.Tests;

/// <summary>A cluster through several rounds: what its store holds, by the judge, and what may still come of earlier rounds.</summary>
internal sealed class ClusterStory(TestCluster cluster)
{
    private readonly List<StoreOperation> _unsettled = [];

    public TestCluster Cluster => cluster;

    /// <summary>One clock for all rounds, so that requests of one round can be compared with those of another.</summary>
    public HistoryClock Clock { get; } = new(TimeProvider.System);

    /// <summary>The store after the last round.</summary>
    public StoreState State { get; private set; } = StoreState.Fresh;

    /// <summary>Requests of earlier rounds that may still take effect, under ids that no round uses.</summary>
    public IReadOnlyList<StoreOperation> Unsettled => _unsettled;

    /// <summary>Judges a round, and takes over what it leaves.</summary>
    /// <exception cref="InvalidOperationException">A promise was broken; says where the history is.</exception>
    public async Task<WriteSequence> Settle(RoundRecord round)
    {
        try
        {
            var sequence = RoundJudge.Judge(round);
            State = StateAfter(sequence);
            Keep(round.History, sequence);
            return sequence;
        }
        catch (InvalidOperationException violation)
        {
            cluster.KeepsData = true;
            await Save(round);
            throw new InvalidOperationException(
                $"{violation.Message}\nHistory, watches and data are in {cluster.Folder.FullName}.\n{cluster.DescribeOutput()}", violation);
        }
    }

    private static StoreState StateAfter(WriteSequence sequence)
    {
        var keys = sequence.Initial.FindAll(StoreClient.Everything).ToDictionary(record => record.Key, StringComparer.Ordinal);
        foreach (var change in sequence.Revisions.SelectMany(written => written.Events))
        {
            if (change.Record is { } record)
            {
                keys[change.Key] = record;
            }
            else
            {
                keys.Remove(change.Key);
            }
        }

        return StoreState.Of(sequence.LastRevision, keys.Values);
    }

    /// <summary>Whoever was told nothing may have written nothing yet; and a lease that has keys takes them with it when it ends.</summary>
    private void Keep(IReadOnlyList<StoreOperation> history, WriteSequence sequence)
    {
        HashSet<StoreOperation> authors = [.. sequence.Revisions.Select(written => written.Author)];
        StoreOperation[] kept = [.. history.Where(operation => !authors.Contains(operation) && MayTakeEffect(operation))];
        _unsettled.Clear();
        _unsettled.AddRange(kept.Select((operation, index) =>
            operation with { Id = -1 - index, Outcome = Outcome.Unknown, Answer = null }));
    }

    private bool MayTakeEffect(StoreOperation operation) => operation.Request is StoreRequest.Grant grant
        ? State.FindAttached(grant.Lease).Count > 0
        : operation.Outcome == Outcome.Unknown && operation.Request is not StoreRequest.Read;

    private async Task Save(RoundRecord round)
    {
        var folder = cluster.Folder.FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "initial.txt"), round.Initial.ToString());
        await File.WriteAllTextAsync(Path.Combine(folder, "history.txt"), HistoryText.Write(round.History));
        await File.WriteAllTextAsync(Path.Combine(folder, "watches.txt"), WatchText.Write(round.Watches));
        await File.WriteAllLinesAsync(Path.Combine(folder, "elections.txt"), round.Elections.Select(time => $"{time}"));
    }
}
