namespace Coordination.Raft;

/// <summary>
/// The local reads of a replica that does not lead. They gather into batches, and each batch asks the leader for one index. Any index
/// that a leader confirms after a batch was sent is right for it and for every batch before it, so the answers may come late, twice or out
/// of order, and a lost question is simply asked again.
/// </summary>
internal sealed class ForwardedReads(RaftCore core)
{
    private readonly Queue<Batch> _asked = new();
    private List<ulong> _gathering = [];
    private ulong _lastSequence;
    private int _count;

    /// <summary>How many reads wait.</summary>
    public int Count => _count;

    /// <summary>Whether <see cref="Flush"/> has a question to send.</summary>
    public bool HasWork => _gathering.Count > 0 && CanAsk;

    private bool CanAsk => core.Leader.IsSome && core.Leader != core.Id;

    /// <summary>Adds a read; false when too many wait.</summary>
    public bool TryAdd(ulong id)
    {
        if (_count >= core.Options.MaxPendingReads)
        {
            return false;
        }

        _gathering.Add(id);
        _count++;
        return true;
    }

    /// <summary>Asks the leader on behalf of everything that gathered.</summary>
    public void Flush()
    {
        if (!HasWork)
        {
            return;
        }

        var batch = new Batch(++_lastSequence, _gathering);
        _gathering = [];
        _asked.Enqueue(batch);
        Ask(batch.Sequence);
    }

    /// <summary>Repeats the latest question, if it was not answered within an interval or two: its answer serves all before it.</summary>
    public void Tick()
    {
        if (_asked.Count == 0 || !CanAsk)
        {
            return;
        }

        var oldest = _asked.Peek();
        oldest.TicksWaited++;
        if (oldest.TicksWaited >= core.Options.HeartbeatTicks * 2)
        {
            oldest.TicksWaited = 0;
            Ask(_lastSequence);
        }
    }

    /// <summary>An answer came; one to a question of an earlier start, or one answered before, finds nothing.</summary>
    public void Complete(ReadIndexResponse response)
    {
        if (response.Batch.Incarnation != core.Options.Incarnation)
        {
            return;
        }

        while (_asked.TryPeek(out var batch) && batch.Sequence <= response.Batch.Sequence)
        {
            _asked.Dequeue();
            Finish(batch.Reads, ReadOutcome.Confirmed, response.Index);
        }
    }

    /// <summary>Leadership moved: gives up everything that waits.</summary>
    public void Abort()
    {
        while (_asked.TryDequeue(out var batch))
        {
            Finish(batch.Reads, ReadOutcome.LeaderChanged, LogIndex.None);
        }

        Finish(_gathering, ReadOutcome.LeaderChanged, LogIndex.None);
        _gathering.Clear();
    }

    private void Ask(ulong sequence) =>
        core.Send(new ReadIndexRequest(
            core.Id, core.Leader, core.Term, new ReadBatchId(core.Options.Incarnation, sequence)));

    private void Finish(List<ulong> reads, ReadOutcome outcome, LogIndex index)
    {
        foreach (ulong id in reads)
        {
            core.Answer(new ReadResult(id, outcome, index));
        }

        _count -= reads.Count;
    }

    private sealed class Batch(ulong sequence, List<ulong> reads)
    {
        public ulong Sequence { get; } = sequence;

        public List<ulong> Reads { get; } = reads;

        public int TicksWaited { get; set; }
    }
}
