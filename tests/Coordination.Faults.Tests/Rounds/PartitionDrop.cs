using System.Diagnostics;

namespace Coordination.Faults.Tests;

/// <summary>
/// Deletes the movable keys and drops their partition while something breaks and clients write. What was there and what was acknowledged
/// has to be there afterwards, at every member, and whoever watched has to have been told, once and in order. One use.
/// </summary>
internal sealed class PartitionDrop : IDisposable
{
    private const int WritesBefore = 20;
    private const int Writers = 6;

    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly ClusterStory _story;
    private readonly Random _random;
    private readonly StoreRecorder _recorder;
    private readonly WriteProgress _progress = new();
    private readonly CancellationTokenSource _writingStop = new();
    private readonly CancellationTokenSource _otherStop = new();

    public PartitionDrop(ClusterStory story, Random random)
    {
        _story = story;
        _random = random;
        _recorder = new StoreRecorder(story.Clock);
    }

    private TestCluster Cluster => _story.Cluster;

    private TestMember AnyMember => Cluster.Members[_random.Next(TestCluster.Size)];

    /// <summary>Plays it; figures, when nothing is wrong.</summary>
    public async Task<RoundReport> Play(Fault fault)
    {
        var time = Stopwatch.StartNew();
        var initial = (await Read(KeySpace.Default)).Keys;
        var emptied = await Empty();
        WatchFollower[] followers = [.. Cluster.Members.SelectMany(
            _ => KeySpace.All,
            (member, space) => new WatchFollower(
                member, space, space == KeySpace.Default ? _story.Partitions.Default.State.Revision : emptied, mayMove: true))];
        Task[] watching = [.. followers.Select(follower => follower.Run(_otherStop.Token))];
        Task[] writing = [.. Enumerable.Range(0, Writers).Select(number => Write(number, new Random(_random.Next())))];

        await Break(fault);
        await _writingStop.CancelAsync();
        var stoppedAt = _story.Clock.Now;
        await Task.WhenAll(writing);
        foreach (var space in KeySpace.All)
        {
            var last = await PutLast(space);
            var awaited = followers.Where(follower => follower.Space == space).Select(follower => follower.Await(last));
            await Task.WhenAll(awaited).WaitAsync(TestCluster.RecoveryMax);
        }

        await _otherStop.CancelAsync();
        await Task.WhenAll(watching);
        await Compare(initial);

        RoundRecord record = new()
        {
            History = _recorder.ToHistory(),
            Watches = [.. followers.Select(follower => follower.Told)],
            Leases = [],
            Elections = [],
            StoppedAt = stoppedAt,
        };
        AssertTold(record);
        return RoundReport.Of(record, fault, PartitionChange.Drop, record.Acknowledged, time.Elapsed);
    }

    /// <summary>Stops whoever still runs after a failure.</summary>
    public void Dispose()
    {
        _writingStop.Cancel();
        _otherStop.Cancel();
        _writingStop.Dispose();
        _otherStop.Dispose();
    }

    private static string KeyOf(int writer) => KeySpace.Default.Key(FormattableString.Invariant($"written-{writer}"));

    private StoreClient Client(int number) => new(number, _recorder, _progress);

    private async Task Break(Fault fault)
    {
        FaultScene scene = new(Cluster, space: null, _progress, _random);
        await scene.AwaitWrites(WritesBefore);
        var dropping = Drop(new Random(_random.Next()), _otherStop.Token);
        await fault.Play(scene);
        Cluster.Restore();
        await Cluster.AwaitServing(Cluster.Members);
        try
        {
            await dropping.WaitAsync(TestCluster.RecoveryMax);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"Nothing is broken, and an empty partition is not dropped:\n{Cluster.DescribeOutput()}", error);
        }

        await scene.AwaitWrites();
    }

    private async Task Drop(Random chance, CancellationToken stop)
    {
        await Pace.Take(DelayMax * chance.NextDouble(), stop);
        await Cluster.Partitions.Drop(KeySpace.Movable, chance, stop);
    }

    /// <summary>Deletes all keys that are to be gone, also those that come late; the revision after which there are none.</summary>
    private async Task<long> Empty()
    {
        while (true)
        {
            await Client(0).Send(AnyMember, new StoreRequest.Delete(KeySpace.Movable.Range));
            if (await Read(KeySpace.Movable) is { Keys.Count: 0 } found)
            {
                return found.Revision;
            }
        }
    }

    private async Task Write(int number, Random chance)
    {
        for (var value = 0; !_writingStop.IsCancellationRequested; value++)
        {
            StoreRequest.Put put = new(KeyOf(number), FormattableString.Invariant($"{_story.Clock.Now}.{value}"));
            await Client(1 + number).Send(Cluster.Members[chance.Next(TestCluster.Size)], put);
            await Pace.Take(Thinking, CancellationToken.None);
        }
    }

    private async Task<long> PutLast(KeySpace space) =>
        (await Insist(AnyMember, new StoreRequest.Put(space.Key("last"), FormattableString.Invariant($"{_story.Clock.Now}")))).Revision;

    private async Task<(long Revision, IReadOnlyList<KeyRecord> Keys)> Read(KeySpace space, TestMember? member = null)
    {
        var answer = await Insist(member ?? AnyMember, new StoreRequest.Read(space.Range));
        return (answer.Revision, ((StoreResult.Found)answer.Result).Keys);
    }

    /// <summary>Asks until there is an answer, while nothing is broken.</summary>
    private async Task<StoreAnswer> Insist(TestMember member, StoreRequest request)
    {
        using CancellationTokenSource limit = new(TestCluster.RecoveryMax);
        using PeriodicTimer timer = new(AskAgainAfter);
        while (true)
        {
            if (await Client(0).Send(member, request) is { } answer)
            {
                return answer;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>Compares what every member has with what there was, and hands it over to the rounds that follow.</summary>
    private async Task Compare(IReadOnlyList<KeyRecord> initial)
    {
        var movable = await Read(KeySpace.Movable);
        var (revision, keys) = await Read(KeySpace.Default);
        Assert.Equal([KeySpace.Movable.Key("last")], movable.Keys.Select(record => record.Key));
        Assert.Equal(Untouched(initial), Untouched(keys));
        Assert.True(revision >= movable.Revision, $"There are two partitions: revision {revision} came after {movable.Revision}.");
        foreach (var member in Cluster.Members)
        {
            Assert.Equal(movable.Keys, (await Read(KeySpace.Movable, member)).Keys);
            Assert.Equal(keys, (await Read(KeySpace.Default, member)).Keys);
        }

        await Cluster.AssertAgreement(revision);
        _story.Partitions.Join(StoreState.Of(revision, [.. keys, .. movable.Keys]));
    }

    /// <summary>Keys that nobody wrote. Those of leases may end.</summary>
    private static IEnumerable<KeyRecord> Untouched(IEnumerable<KeyRecord> keys)
    {
        HashSet<string> touched = [KeySpace.Default.Key("last"), .. Enumerable.Range(0, Writers).Select(KeyOf)];
        return keys.Where(record => !touched.Contains(record.Key) && record.Lease == 0);
    }

    /// <summary>Who missed nothing was told every acknowledged write at its revision; nobody was told anything twice or too late.</summary>
    private static void AssertTold(RoundRecord record)
    {
        var acknowledged = record.History.Where(operation => operation is { Request: StoreRequest.Put, Answer: not null })
            .Select(operation => (Put: (StoreRequest.Put)operation.Request, operation.Answer!.Revision)).ToArray();
        Assert.Equal(acknowledged.Length, acknowledged.DistinctBy(put => put.Revision).Count());
        foreach (var watch in record.Watches)
        {
            var revisions = watch.Events.Select(told => told.Revision).ToArray();
            Assert.Equal(revisions.Distinct().Order(), revisions);
            if (watch.IsWhole)
            {
                var told = watch.Events.Select(change => (change.Key, change.Record?.Value, change.Revision)).ToHashSet();
                Assert.All(
                    acknowledged.Where(put => watch.Space.Concerns(put.Put)),
                    put => Assert.Contains((put.Put.Key, put.Put.Value, put.Revision), told));
            }
        }
    }
}
