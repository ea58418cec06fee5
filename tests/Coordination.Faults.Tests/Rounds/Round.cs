using System.Diagnostics;

namespace Coordination.Faults.Tests;

/// <summary>
/// One fault under load: clients begin, something breaks, everything is mended, clients get on and end, all members agree, and what clients
/// were told is judged. Meanwhile keys may get a partition of their own. One use.
/// </summary>
internal sealed class Round : IDisposable
{
    private const int Clients = 12;
    private const int LeaseClients = 2;
    private const int LeaseNumberShift = 20;
    private const int WritesBefore = 100;
    private const int WritesAfter = 50;
    private const int WriteAttemptsMax = 10;

    private static readonly TimeSpan LastLeasesMax = TimeSpan.FromSeconds(12);

    private readonly ClusterStory _story;
    private readonly Random _random;
    private readonly StoreRecorder _recorder;
    private readonly WriteProgress _progress = new();
    private readonly FaultScene _scene;
    private readonly PartitionMove? _move;
    private readonly CancellationTokenSource _clientsStop = new();
    private readonly CancellationTokenSource _leasesStop = new();
    private readonly CancellationTokenSource _observersStop = new();

    /// <param name="story">What was before, and gets to know what is after.</param>
    /// <param name="random">Chance.</param>
    /// <param name="moves">The movable keys get a partition.</param>
    public Round(ClusterStory story, Random random, bool moves = false)
    {
        _story = story;
        _random = random;
        _recorder = new StoreRecorder(story.Clock);
        var led = story.Partitions.Created is not null && random.Next(2) == 0 ? KeySpace.Movable : null;
        _scene = new FaultScene(story.Cluster, led, _progress, random);
        _move = moves ? new PartitionMove(story.Cluster, story.Clock, new Random(random.Next())) : null;
    }

    private TestCluster Cluster => _story.Cluster;

    /// <summary>Plays it; figures, when nothing is wrong.</summary>
    public async Task<RoundReport> Play(Fault fault, int number)
    {
        var time = Stopwatch.StartNew();
        WatchFollower[] followers = [.. Cluster.Members.SelectMany(
            _ => KeySpace.All,
            (member, space) => new WatchFollower(member, space, _story.Partitions.Of(space).State.Revision, mayMove: _move is not null))];
        LeaderLog leaders = new(Cluster.Members, _story.Clock);
        LeaseClient[] leases = [.. Enumerable.Range(0, LeaseClients).Select(index => new LeaseClient(
            ((((long)number * LeaseClients) + index) << LeaseNumberShift) + 1,
            Cluster.Members, ClientOf(Clients + index), _story.Clock, new Random(_random.Next())))];
        Task[] observers = [leaders.Run(_observersStop.Token), .. followers.Select(follower => follower.Run(_observersStop.Token))];
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(StartClient)];
        Task[] lives = [.. leases.Select(lease => lease.Run(_leasesStop.Token, _observersStop.Token))];

        var breaking = Break(fault);
        await Unless([.. observers, .. clients, .. lives], breaking);
        await _clientsStop.CancelAsync();
        var stoppedAt = _story.Clock.Now;
        await Task.WhenAll(clients);
        await Unless(observers, Task.WhenAll(lives).WaitAsync(LastLeasesMax + Cluster.Settings.ElectionTimeout));
        foreach (var space in KeySpace.All)
        {
            var last = await Finish(space, number);
            var awaited = followers.Where(follower => follower.Space == space).Select(follower => follower.Await(last));
            await Unless(observers, Task.WhenAll(awaited).WaitAsync(TestCluster.RecoveryMax));
        }

        await _observersStop.CancelAsync();
        await Task.WhenAll(observers);

        RoundRecord record = new()
        {
            History = _recorder.ToHistory(),
            Move = await breaking,
            Watches = [.. followers.Select(follower => follower.Told)],
            Leases = [.. leases.SelectMany(lease => lease.Records)],
            Elections = leaders.Elections,
            StoppedAt = stoppedAt,
        };
        var revisions = await _story.Settle(record);
        return RoundReport.Of(record, fault, _move is null ? PartitionChange.None : PartitionChange.Move, revisions, time.Elapsed);
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

    /// <summary>How keys moved meanwhile; null when they did not.</summary>
    private async Task<StoreOperation?> Break(Fault fault)
    {
        await _scene.AwaitWrites(WritesBefore);
        var moving = await StartMove();
        await fault.Play(_scene);

        // They take their time to end, and that of the recovery is as good as any.
        await _leasesStop.CancelAsync();
        Cluster.Restore();
        await Cluster.AwaitServing(Cluster.Members);
        await _scene.AwaitWrites(WritesAfter);
        try
        {
            return await moving.WaitAsync(TestCluster.RecoveryMax);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"Nothing is broken, and a partition does not come to serve:\n{Cluster.DescribeOutput()}", error);
        }
    }

    /// <summary>Begins to move keys, of which there are some.</summary>
    private async Task<Task<StoreOperation?>> StartMove()
    {
        if (_move is null)
        {
            return Task.FromResult<StoreOperation?>(null);
        }

        await Write(KeySpace.Movable.Key("kept"), "to be moved");
        return Run();

        async Task<StoreOperation?> Run() => await _move.Run(_observersStop.Token);
    }

    /// <summary>A last write, which every member has to have, and what each of them holds then; the revision of the write.</summary>
    private async Task<long> Finish(KeySpace space, int number)
    {
        var last = await Write(space.Key("last"), FormattableString.Invariant($"{number}"));
        if (space == KeySpace.Default)
        {
            await Cluster.AssertAgreement(last);
        }

        var client = ClientOf(Clients + LeaseClients);
        foreach (var member in Cluster.Members)
        {
            await client.Send(member, new StoreRequest.Read(space.Range));
            await client.Send(member, new StoreRequest.Read(space.Range, IsSerializable: true, AtRevision: last));
        }

        return last;
    }

    /// <summary>Puts a key until that is acknowledged; its revision.</summary>
    private async Task<long> Write(string key, string value)
    {
        var client = ClientOf(Clients + LeaseClients);
        for (var attempt = 0; attempt < WriteAttemptsMax; attempt++)
        {
            StoreRequest.Put put = new(key, FormattableString.Invariant($"{value}.{attempt}"));
            if (await client.Send(Cluster.Members[_random.Next(TestCluster.Size)], put) is { } answer)
            {
                return answer.Revision;
            }
        }

        throw new TimeoutException($"Nothing is broken, and a write is not acknowledged:\n{Cluster.DescribeOutput()}");
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
