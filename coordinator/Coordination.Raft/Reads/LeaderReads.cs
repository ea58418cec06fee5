namespace Coordination.Raft;

/// <summary>
/// The reads that wait at a leader, its own and batches that followers forwarded. A read may be answered with the leader's commit index
/// once the leader has committed in its term (before that it does not know what is committed) and has proved that it still led after the
/// read came: by a heartbeat round that a majority answered (Raft thesis, section 6.4). Reads that come while a round is under way share
/// the next one.
/// </summary>
internal sealed class LeaderReads(RaftCore core)
{
    /// <summary>Rounds that may be under way at once: more would not answer sooner, only cost messages.</summary>
    private const int RoundsUnderWayMax = 4;

    private readonly Queue<Round> _underWay = new();
    private List<Read> _waiting = [];
    private List<Read>? _spare;
    private int _count;

    /// <summary>How many reads and forwarded batches wait.</summary>
    public int Count => _count;

    /// <summary>Whether reads wait for a round that may start now.</summary>
    public bool CanStartRound => _waiting.Count > 0 && _underWay.Count < RoundsUnderWayMax;

    /// <summary>Adds a local read; false when too many wait.</summary>
    public bool TryAdd(ulong id) => TryAdd(new Read(core.Id, id, default));

    /// <summary>Adds a batch that a follower forwarded; one too many is dropped, the follower asks again.</summary>
    public void Add(ReadIndexRequest request) => TryAdd(new Read(request.From, 0, request.Batch));

    /// <summary>Ties everything that waits to heartbeat round <paramref name="number"/>, which starts now.</summary>
    public void StartRound(ulong number)
    {
        var reads = _waiting;
        _waiting = _spare ?? [];
        _spare = null;
        _underWay.Enqueue(new Round(number, core.Log.Committed, reads));
    }

    /// <summary>A majority answered every round up to <paramref name="number"/>.</summary>
    public void Confirm(ulong number)
    {
        while (_underWay.TryPeek(out var round) && round.Number <= number)
        {
            _underWay.Dequeue();
            Answer(round.Reads, round.Index);
            round.Reads.Clear();
            _spare = round.Reads;
        }
    }

    /// <summary>Answers everything that waits for a round at once: the lease proves what a round would.</summary>
    public void AnswerByLease()
    {
        Answer(_waiting, core.Log.Committed);
        _waiting.Clear();
    }

    /// <summary>The replica leads no longer: its own reads are given up; the followers notice by themselves.</summary>
    public void Abort()
    {
        while (_underWay.TryDequeue(out var round))
        {
            Abort(round.Reads);
        }

        Abort(_waiting);
        _waiting.Clear();
        _count = 0;
    }

    private bool TryAdd(Read read)
    {
        if (_count >= core.Options.MaxPendingReads)
        {
            return false;
        }

        _waiting.Add(read);
        _count++;
        return true;
    }

    private void Answer(List<Read> reads, LogIndex index)
    {
        foreach (var read in reads)
        {
            if (read.From == core.Id)
            {
                core.Answer(new ReadResult(read.Id, ReadOutcome.Confirmed, index));
            }
            else
            {
                core.Send(new ReadIndexResponse(core.Id, read.From, core.Term, read.Batch, index));
            }
        }

        _count -= reads.Count;
    }

    private void Abort(List<Read> reads)
    {
        foreach (var read in reads)
        {
            if (read.From == core.Id)
            {
                core.Answer(new ReadResult(read.Id, ReadOutcome.LeaderChanged, LogIndex.None));
            }
        }
    }

    private readonly record struct Read(ReplicaId From, ulong Id, ReadBatchId Batch);

    private sealed record Round(ulong Number, LogIndex Index, List<Read> Reads);
}
