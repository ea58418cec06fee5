using System.Diagnostics;

namespace Coordination.Faults.Tests;

/// <summary>
/// Deletes the movable keys and drops their partition while something breaks and one client writes. What was there and what was acknowledged
/// has to be there afterwards, at every member, and whoever watched has to have been told, once and in order. One use.
/// </summary>
internal sealed class PartitionDrop(ClusterStory story, Random random)
{
    private const int WritesBefore = 20;

    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly WriteProgress _progress = new();
    private readonly List<KeyRecord> _acknowledged = [];
    private readonly string _key = KeySpace.Default.Key("written");

    private TestCluster Cluster => story.Cluster;

    private TestMember AnyMember => Cluster.Members[random.Next(TestCluster.Size)];

    /// <summary>Plays it; figures, when nothing is wrong.</summary>
    public async Task<RoundReport> Play(Fault fault)
    {
        var time = Stopwatch.StartNew();
        using CancellationTokenSource stopWriting = new();
        using CancellationTokenSource stopWatching = new();
        using CancellationTokenSource stopDropping = new();
        var initial = (await Read(KeySpace.Default)).Keys;
        var emptied = await Empty();
        WatchFollower[] followers = [.. Cluster.Members.SelectMany(_ => KeySpace.All, (member, space) => new WatchFollower(
            member, space, space == KeySpace.Default ? story.Default.State.Revision : emptied, mayMove: true))];
        Task[] watching = [.. followers.Select(follower => follower.Run(stopWatching.Token))];
        var writing = Write(new Random(random.Next()), stopWriting.Token);
        try
        {
            FaultScene scene = new(Cluster, random.Next(2) == 0 ? KeySpace.Movable : null, _progress, random);
            await scene.AwaitWrites(WritesBefore);
            var dropping = Cluster.Partitions.Drop(KeySpace.Movable, new Random(random.Next()), stopDropping.Token);
            await fault.Play(scene);
            Cluster.Restore();
            await Cluster.AwaitServing(Cluster.Members);
            await dropping.WaitAsync(TestCluster.RecoveryMax);
            await scene.AwaitWrites();
        }
        finally
        {
            await stopDropping.CancelAsync();
            await stopWriting.CancelAsync();
            await writing;
        }

        await Compare(initial, followers);
        await stopWatching.CancelAsync();
        await Task.WhenAll(watching);
        Array.ForEach(followers, AssertTold);
        return new RoundReport(
            fault.Name, "drop", (int)_progress.Count, Unknown: 0, TimeSpan.Zero, _acknowledged.Count, Leases: 0, time.Elapsed);
    }

    private StoreClient Client(int number) => new(number, new StoreRecorder(story.Clock), _progress);

    /// <summary>Deletes all keys that are to be gone, also those that come late; the revision after which there are none.</summary>
    private async Task<long> Empty()
    {
        var client = Client(0);
        while (true)
        {
            await client.Send(AnyMember, new StoreRequest.Delete(KeySpace.Movable.Range));
            if (await Read(KeySpace.Movable) is { Keys.Count: 0 } found)
            {
                return found.Revision;
            }
        }
    }

    private async Task<(long Revision, IReadOnlyList<KeyRecord> Keys)> Read(KeySpace space, TestMember? member = null)
    {
        using CancellationTokenSource limit = new(TestCluster.RecoveryMax);
        using PeriodicTimer timer = new(AskAgainAfter);
        while (true)
        {
            if (await Client(1).Send(member ?? AnyMember, new StoreRequest.Read(space.Range)) is { Result: StoreResult.Found found } answer)
            {
                return (answer.Revision, found.Keys);
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task Write(Random chance, CancellationToken stop)
    {
        var client = Client(2);
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            StoreRequest.Put put = new(_key, FormattableString.Invariant($"{story.Clock.Now}.{number}"));
            if (await client.Send(Cluster.Members[chance.Next(TestCluster.Size)], put) is { } answer)
            {
                _acknowledged.Add(new KeyRecord(_key, put.Value, 0, answer.Revision, 0));
            }

            await Pace.Take(Thinking, CancellationToken.None);
        }
    }

    /// <summary>Writes a last key of each kind, waits until whoever watches was told, and compares what every member has.</summary>
    private async Task Compare(IReadOnlyList<KeyRecord> initial, WatchFollower[] followers)
    {
        foreach (var space in KeySpace.All)
        {
            var last = await PutLast(space);
            await Task.WhenAll(followers.Where(follower => follower.Space == space).Select(follower => follower.Await(last)))
                .WaitAsync(TestCluster.RecoveryMax);
        }

        var movable = await Read(KeySpace.Movable);
        var (revision, keys) = await Read(KeySpace.Default);
        Assert.Equal([KeySpace.Movable.Key("last")], movable.Keys.Select(record => record.Key));
        Assert.Equal(Untouched(initial), Untouched(keys));
        Assert.True(revision >= movable.Revision, $"Two partitions? {revision} after {movable.Revision}");
        foreach (var member in Cluster.Members)
        {
            Assert.Equal(movable.Keys, (await Read(KeySpace.Movable, member)).Keys);
            Assert.Equal(keys, (await Read(KeySpace.Default, member)).Keys);
        }

        await Cluster.AssertAgreement(revision);
        story.Dropped(StoreState.Of(revision, [.. keys, .. movable.Keys]));
    }

    private async Task<long> PutLast(KeySpace space)
    {
        using CancellationTokenSource limit = new(TestCluster.RecoveryMax);
        using PeriodicTimer timer = new(AskAgainAfter);
        while (true)
        {
            if (await Client(3).Send(AnyMember, new StoreRequest.Put(space.Key("last"), $"{story.Clock.Now}")) is { } answer)
            {
                return answer.Revision;
            }

            await timer.WaitForNextTickAsync(limit.Token);
        }
    }

    private IEnumerable<KeyRecord> Untouched(IEnumerable<KeyRecord> keys) =>
        keys.Where(record => record.Key != _key && record.Key != KeySpace.Default.Key("last") && record.Lease == 0);

    /// <summary>One that missed nothing was told every acknowledged write at its revision; nobody was told anything twice or too late.</summary>
    private void AssertTold(WatchFollower follower)
    {
        StoreEvent[] events = [.. follower.Records.SelectMany(record => record.Responses).SelectMany(response => response.Events)];
        var revisions = events.Select(told => told.Revision).ToArray();
        Assert.Equal(revisions.Distinct().Order(), revisions);
        if (follower.IsWhole && follower.Space == KeySpace.Default)
        {
            var told = events.Where(change => change.Key == _key).Select(change => (change.Record?.Value, change.Revision)).ToHashSet();
            Assert.All(_acknowledged, put => Assert.Contains((put.Value, put.ModRevision), told));
        }
    }
}
