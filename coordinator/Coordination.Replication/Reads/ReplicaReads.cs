using System.Collections.Concurrent;
using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// The linearizable reads of one replica, from whoever asks to their end. They come from any thread; everything else is done by the
/// replica's loop.
/// </summary>
internal sealed class ReplicaReads(RaftNode node, PartitionReplicaOptions options)
{
    private readonly ConcurrentQueue<PendingRead> _new = new();
    private readonly ReadTracker _tracker = new();
    private readonly int _timeoutTicks = (int)Math.Max(1, options.RequestTimeout / options.TickInterval);
    private int _waiting;

    /// <summary>Whether something came that the loop has not taken.</summary>
    public bool HasInput => !_new.IsEmpty;

    /// <summary>How many wait for their end. Any thread.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a client's read. Any thread; the loop has to be woken.</summary>
    public ValueTask<LinearizableRead> AddAsync()
    {
        if (Volatile.Read(ref _waiting) >= options.PendingReadsMax)
        {
            return ValueTask.FromResult(new LinearizableRead(ReadEnd.TooManyRequests, null));
        }

        var read = new PendingRead();
        Interlocked.Increment(ref _waiting);
        _new.Enqueue(read);
        return new ValueTask<LinearizableRead>(read.Task);
    }

    /// <summary>Asks the core, once for everything that came.</summary>
    public void Take(long tick)
    {
        while (_new.TryDequeue(out var read))
        {
            read.DeadlineTick = tick + _timeoutTicks;
            _tracker.Add(read);
        }

        _tracker.Ask(node);
        Volatile.Write(ref _waiting, _tracker.Count);
    }

    /// <summary>Takes the core's answer.</summary>
    public void Answer(ReadResult result) => _tracker.Answer(result);

    /// <summary>Ends the reads whose index the state machine has reached.</summary>
    public void Complete(ulong appliedIndex, StoreView view) => _tracker.Complete(appliedIndex, view);

    /// <summary>Ends those that have waited too long.</summary>
    public void TimeOut(long tick) => _tracker.TimeOut(tick);

    /// <summary>The replica stops: ends all.</summary>
    public void Stop() => _tracker.EndAll(ReadEnd.Stopped);

    /// <summary>Ends what comes to a replica that has stopped.</summary>
    public void Refuse()
    {
        while (_new.TryDequeue(out var read))
        {
            read.TrySetResult(new LinearizableRead(ReadEnd.Stopped, null));
        }
    }
}
