using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>
/// Reads on their way: gathered until the next question to the core, asked as one, and then waiting for the state machine to reach the
/// index of the answer. Used by the replica's loop alone.
/// </summary>
internal sealed class ReadTracker
{
    private readonly List<PendingRead> _gathered = [];
    private readonly Dictionary<ulong, List<PendingRead>> _asked = [];
    private readonly Queue<(LogIndex Index, List<PendingRead> Reads)> _confirmed = new();
    private ulong _lastQuestion;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a read.</summary>
    public void Add(PendingRead read)
    {
        _gathered.Add(read);
        Count++;
    }

    /// <summary>Asks the core for an index, once for everything that was gathered.</summary>
    public void Ask(RaftNode node)
    {
        if (_gathered.Count > 0 && node.Read(_lastQuestion + 1))
        {
            _lastQuestion++;
            _asked.Add(_lastQuestion, [.. _gathered]);
            _gathered.Clear();
        }
    }

    /// <summary>Takes the core's answer.</summary>
    public void Answer(ReadResult result)
    {
        if (!_asked.Remove(result.Id, out var reads))
        {
            return;
        }

        if (result.Outcome == ReadOutcome.Confirmed)
        {
            _confirmed.Enqueue((result.Index, reads));
        }
        else
        {
            // Nothing happened; they are asked again with the next tick.
            _gathered.AddRange(reads);
        }
    }

    /// <summary>Ends the reads whose index the state machine has reached.</summary>
    public void Complete(ulong appliedIndex, StoreView view)
    {
        while (_confirmed.TryPeek(out var next) && next.Index.Value <= appliedIndex)
        {
            End(_confirmed.Dequeue().Reads, new LinearizableRead(ReadEnd.Confirmed, view));
        }
    }

    /// <summary>Ends the reads that have waited too long.</summary>
    public void TimeOut(long tick)
    {
        TimeOut(_gathered, tick);
        foreach (var reads in _asked.Values)
        {
            TimeOut(reads, tick);
        }

        foreach (var (_, reads) in _confirmed)
        {
            TimeOut(reads, tick);
        }
    }

    /// <summary>Ends all.</summary>
    public void EndAll(ReadEnd end)
    {
        var outcome = new LinearizableRead(end, null);
        End(_gathered, outcome);
        _gathered.Clear();
        foreach (var reads in _asked.Values)
        {
            End(reads, outcome);
        }

        _asked.Clear();
        while (_confirmed.TryDequeue(out var confirmed))
        {
            End(confirmed.Reads, outcome);
        }
    }

    private void TimeOut(List<PendingRead> reads, long tick)
    {
        var outcome = new LinearizableRead(ReadEnd.TimedOut, null);
        Count -= reads.RemoveAll(read => read.DeadlineTick <= tick && End(read, outcome));
    }

    private void End(List<PendingRead> reads, LinearizableRead outcome)
    {
        Count -= reads.Count;
        foreach (var read in reads)
        {
            End(read, outcome);
        }
    }

    private static bool End(PendingRead read, LinearizableRead outcome)
    {
        read.TrySetResult(outcome);
        return true;
    }
}
