using System.Diagnostics;

namespace Coordination.Faults.Tests;

/// <summary>
/// One fault under load: clients begin, something breaks, everything is mended, clients get on and end, all members agree, and what clients
/// were told is judged. One use.
/// </summary>
internal sealed class Round : IDisposable
{
    private const int Clients = 12;
    private const int LeaseClients = 2;
    private const int LeaseNumberShift = 20;
    private const int WritesBefore = 100;
    private const int WritesAfter = 50;

    private static readonly TimeSpan LastLeasesMax = TimeSpan.FromSeconds(12);

    private readonly ClusterStory _story;
    private readonly Random _random;
    private readonly StoreRecorder _recorder;
    private readonly WriteProgress _progress = new();
    private readonly FaultScene _scene;
    private readonly CancellationTokenSource _clientsStop = new();
    private readonly CancellationTokenSource _leasesStop = new();
    private readonly CancellationTokenSource _observersStop = new();

    public Round(ClusterStory story, Random random)
    {
        _story = story;
        _random = random;
        _recorder = new StoreRecorder(story.Clock);
        _scene = new FaultScene(story.Cluster, _progress, random);
    }

    private TestCluster Cluster => _story.Cluster;

    /// <summary>Plays it; figures, when nothing is wrong.</summary>
    public async Task<RoundReport> Play(Fault fault, int number)
    {
        var time = Stopwatch.StartNew();
        WatchFollower[] followers = [.. Cluster.Members.Select(member => new WatchFollower(member, _story.State.Revision))];
        LeaderLog leaders = new(Cluster.Members, _story.Clock);
        LeaseClient[] leases = [.. Enumerable.Range(0, LeaseClients).Select(index => new LeaseClient(
            ((((long)number * LeaseClients) + index) << LeaseNumberShift) + 1,
            Cluster.Members, ClientOf(Clients + index), _story.Clock, new Random(_random.Next())))];
        Task[] observers = [leaders.Run(_observersStop.Token), .. followers.Select(follower => follower.Run(_observersStop.Token))];
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(StartClient)];
        Task[] lives = [.. leases.Select(lease => lease.Run(_leasesStop.Token, _observersStop.Token))];

        await Unless([.. observers, .. clients, .. lives], Break(fault));
        await _clientsStop.CancelAsync();
        var stoppedAt = _story.Clock.Now;
        await Task.WhenAll(clients);
        await Unless(observers, Task.WhenAll(lives).WaitAsync(LastLeasesMax + Cluster.Settings.ElectionTimeout));
        var last = await Finish();
        await Unless(observers, Task.WhenAll(followers.Select(follower => follower.Await(last))).WaitAsync(TestCluster.RecoveryMax));
        await _observersStop.CancelAsync();
        await Task.WhenAll(observers);

        RoundRecord record = new()
        {
            Initial = _story.State,
            History = [.. _story.Unsettled, .. _recorder.ToHistory()],
            Watches = [.. followers.SelectMany(follower => follower.Records)],
            Leases = [.. leases.SelectMany(lease => lease.Records)],
            Elections = leaders.Elections,
            StoppedAt = stoppedAt,
        };
        var sequence = await _story.Settle(record);
        return new RoundReport(
            fault.Name, record.Acknowledged, record.Unknown, record.Outage, sequence.Revisions.Count, record.Leases.Count, time.Elapsed);
    }

    /// <summary>Stops whoever still runs after a failure.</summary>
    public void Dispose()
    {
        _clientsStop.Cancel();
        _leasesStop.Cancel();
        _observersStop.Cancel();
        _clientsStop.Dispose();
        _leasesStop.Dispose();
        _observersStop.Dispose();
    }

    private async Task Break(Fault fault)
    {
        await _scene.AwaitWrites(WritesBefore);
        await fault.Play(_scene);

        // They take their time to end, and that of the recovery is as good as any.
        await _leasesStop.CancelAsync();
        Cluster.Restore();
        await Cluster.AwaitServing(Cluster.Members);
        await _scene.AwaitWrites(WritesAfter);
    }

    /// <summary>A last write, which every member has to have, and what each of them holds then; the revision of the write.</summary>
    private async Task<long> Finish()
    {
        var client = ClientOf(Clients + LeaseClients);
        StoreAnswer? last = null;
        for (var attempt = 0; last is null; attempt++)
        {
            Assert.True(attempt < 10, $"Nothing is broken, and a write is not acknowledged:\n{Cluster.DescribeOutput()}");
            last = await client.Send(
                Cluster.Members[_random.Next(TestCluster.Size)],
                new StoreRequest.Put("last", FormattableString.Invariant($"{_story.State.Revision}.{attempt}")));
        }

        await Cluster.AssertAgreement(last.Revision);
        foreach (var member in Cluster.Members)
        {
            await client.Send(member, new StoreRequest.Read(StoreClient.Everything));
            await client.Send(member, new StoreRequest.Read(StoreClient.Everything, IsSerializable: true, AtRevision: last.Revision));
        }

        return last.Revision;
    }

    private Task StartClient(int number) =>
        new LoadClient(number, Cluster.Members, ClientOf(number), new Random(_random.Next()), _clientsStop.Token).Run();

    private StoreClient ClientOf(int number) => new(number, _recorder, _progress);

    /// <summary>Waits for the task, but not longer than until one of the others has failed.</summary>
    private static async Task Unless(Task[] others, Task task)
    {
        List<Task> pending = [task, .. others];
        while (!task.IsCompleted)
        {
            var ended = await Task.WhenAny(pending);
            await ended;
            pending.Remove(ended);
        }

        await task;
    }
}
