using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// What clients wait for at one running replica: writes until they are applied, reads until they have an index that is applied. Lost
/// with a crash, as connections are.
/// </summary>
internal sealed class ReplicaSessions(ReplicaRecord record, PartitionChecks checks, IReplicaState state, WorldServices world)
{
    private readonly ReadChecker _checker = checks.Reads;
    private readonly Queue<PendingWrite> _writes = new();
    private readonly Dictionary<ulong, LogIndex> _asked = [];
    private readonly List<(LogIndex Index, LogIndex Floor)> _confirmed = [];
    private LogIndex _lastProposed;
    private ulong _lastRead;

    /// <summary>How many reads have no index yet.</summary>
    public int ReadsAsked => _asked.Count;

    /// <summary>Reads answered since the start.</summary>
    public long ReadsAnswered { get; private set; }

    /// <summary>The last write acknowledged since the start.</summary>
    public LogIndex LastAcknowledged { get; private set; }

    /// <summary>A command was accepted by this replica, which leads.</summary>
    public void OnProposed(ProposalResult result, ReadOnlySpan<byte> command)
    {
        if (result.Index <= _lastProposed)
        {
            ForgetReplaced(result.Index);
        }

        _lastProposed = result.Index;
        _writes.Enqueue(new PendingWrite(result.Index, result.Term, Fingerprint.OfBytes(command), _checker.Floor));
    }

    /// <summary>A number for a read that begins now.</summary>
    public ulong BeginRead()
    {
        _asked.Add(++_lastRead, _checker.Floor);
        return _lastRead;
    }

    /// <summary>The core refused the read.</summary>
    public void OnReadRefused(ulong id) => _asked.Remove(id);

    /// <summary>The core answered a read.</summary>
    public void OnReadResult(in ReadResult result, LogIndex applied)
    {
        if (!_asked.Remove(result.Id, out var floor))
        {
            throw new ViolationException(Rules.LinearizableRead, $"{record} answers read {result.Id}, which nobody waits for.");
        }

        if (result.Outcome != ReadOutcome.Confirmed)
        {
            return;
        }

        if (result.Index <= applied)
        {
            Answer(floor, applied);
        }
        else
        {
            _confirmed.Add((result.Index, floor));
        }
    }

    /// <summary>
    /// The state machine reached an entry: its write, if it was proposed here, is done, unless another entry took its place.
    /// </summary>
    public void OnApplied(Entry entry)
    {
        while (_writes.TryPeek(out var write) && write.Index <= entry.Index)
        {
            _writes.Dequeue();
            if (write.Index == entry.Index && write.Term == entry.Term)
            {
                _checker.OnAcknowledged(record, write);
                LastAcknowledged = write.Index;
                world.Statistics.WritesAcknowledged++;
            }
        }
    }

    /// <summary>The state machine reached a position: reads that waited for it are answered.</summary>
    public void OnAppliedUpTo(LogIndex applied)
    {
        for (int i = _confirmed.Count - 1; i >= 0; i--)
        {
            if (_confirmed[i].Index <= applied)
            {
                Answer(_confirmed[i].Floor, applied);
                _confirmed[i] = _confirmed[^1];
                _confirmed.RemoveAt(_confirmed.Count - 1);
            }
        }
    }

    /// <summary>A snapshot took the place of entries: what became of the writes among them is unknown.</summary>
    public void OnSnapshot(LogIndex index)
    {
        while (_writes.TryPeek(out var write) && write.Index <= index)
        {
            _writes.Dequeue();
        }

        OnAppliedUpTo(index);
    }

    /// <summary>
    /// Writes of an earlier leadership, at the place of a new one or behind it, were cut from the log. Left at the head of the queue they
    /// would hide the new ones until the log had grown past them.
    /// </summary>
    private void ForgetReplaced(LogIndex from)
    {
        for (int i = _writes.Count; i > 0; i--)
        {
            var write = _writes.Dequeue();
            if (write.Index < from)
            {
                _writes.Enqueue(write);
            }
        }
    }

    private void Answer(LogIndex floor, LogIndex applied)
    {
        _checker.OnRead(record, floor, applied);
        checks.Canonical.Model.OnRead(record, state, floor);
        ReadsAnswered++;
        world.Statistics.ReadsAnswered++;
    }
}
