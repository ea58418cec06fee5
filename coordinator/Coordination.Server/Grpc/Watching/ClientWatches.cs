using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Server;

/// <summary>
/// The watches of one call by id, and how many requests about them are not answered yet. The lock that it has guards everything that
/// belongs to the call: see <see cref="Gate"/>.
/// </summary>
internal sealed class ClientWatches
{
    private readonly Dictionary<long, ClientWatch> _watches = [];
    private TaskCompletionSource? _answered;
    private int _unanswered;
    private int _awaited;
    private long _nextId;

    /// <summary>Guards the watches, their parts and the lanes of the call. Nothing is waited for while it is held.</summary>
    public Lock Gate { get; } = new();

    public int Count => _watches.Count;

    /// <summary>Every watch that has not ended. Under the lock.</summary>
    public IReadOnlyCollection<ClientWatch> All => _watches.Values;

    /// <summary>Whether there is a watch with the id that is about to end.</summary>
    public bool IsEnding(long id)
    {
        lock (Gate)
        {
            return _watches.TryGetValue(id, out var watch) && watch.IsCanceling;
        }
    }

    /// <summary>Takes a watch in, to be answered; null when its id is taken.</summary>
    public ClientWatch? TryAdd(WatchCreation wanted)
    {
        lock (Gate)
        {
            var watch = new ClientWatch(wanted.WatchId ?? NextIdLocked(), wanted);
            if (!_watches.TryAdd(watch.Id, watch))
            {
                return null;
            }

            _unanswered++;
            return watch;
        }
    }

    /// <summary>Gives a watch another part.</summary>
    public WatchPart AddPart(ClientWatch watch, uint partition, KeyRange range, long nextRevision)
    {
        lock (Gate)
        {
            var part = new WatchPart(watch, partition, range, nextRevision);
            watch.Parts.Add(part);
            return part;
        }
    }

    /// <summary>
    /// The watch that the client wants to end, to be answered; null when there is none, or it is ending already. Under the lock.
    /// </summary>
    public ClientWatch? BeginCancel(long id)
    {
        if (!_watches.TryGetValue(id, out var watch) || watch.IsCanceling)
        {
            return null;
        }

        watch.IsCanceling = true;
        _unanswered++;
        return watch;
    }

    /// <summary>The client is told that a watch exists. Under the lock.</summary>
    public void Announce(ClientWatch watch)
    {
        if (!watch.IsAnnounced)
        {
            watch.IsAnnounced = true;
            Answer();
        }
    }

    /// <summary>The client is told that a watch has ended: its id is free. Under the lock.</summary>
    public void End(ClientWatch watch)
    {
        if (watch.IsEnded)
        {
            return;
        }

        watch.IsEnded = true;
        _watches.Remove(watch.Id);
        Announce(watch);
        if (watch.IsCanceling)
        {
            Answer();
        }
    }

    /// <summary>Waits until all requests are answered.</summary>
    public Task AnsweredAsync(CancellationToken cancellation) => AnsweredAsync(0, cancellation);

    /// <summary>Waits until all requests but one are answered.</summary>
    public Task OthersAnsweredAsync(CancellationToken cancellation) => AnsweredAsync(1, cancellation);

    private Task AnsweredAsync(int left, CancellationToken cancellation)
    {
        lock (Gate)
        {
            if (_unanswered <= left)
            {
                return Task.CompletedTask;
            }

            // Only the reader of the requests waits, for one thing at a time.
            _awaited = left;
            _answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _answered.Task.WaitAsync(cancellation);
        }
    }

    private void Answer()
    {
        _unanswered--;
        if (_answered is not null && _unanswered <= _awaited)
        {
            _answered.SetResult();
            _answered = null;
        }
    }

    /// <summary>Ids count up, past those that clients chose, and never come again.</summary>
    private long NextIdLocked()
    {
        while (_watches.ContainsKey(_nextId))
        {
            _nextId++;
        }

        return _nextId++;
    }
}
