using System.Collections.Concurrent;
using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// The proposals of one replica, from whoever makes them to their end: its own clients' and those that other members hand to it as the
/// leader. They come from any thread; everything else is done by the replica's loop.
/// </summary>
internal sealed class ReplicaProposals(
    RaftNode node, PartitionId partition, IReplicaNetwork? network, PartitionReplicaOptions options)
{
    /// <summary>
    /// Together commands are handed over at less cost; but no more than these many bytes, so that messages stay small. A larger command
    /// goes alone.
    /// </summary>
    private const int HandedOverBytesMax = 64 * 1024;

    private readonly ConcurrentQueue<PendingProposal> _new = new();
    private readonly ConcurrentQueue<ForwardedCommands> _forwarded = new();
    private readonly Queue<PendingProposal> _waitingForLeader = new();
    private readonly List<PendingProposal> _toHandOver = [];
    private readonly HashSet<PendingProposal[]> _handedOver = [];
    private readonly int _timeoutTicks = (int)Math.Max(1, options.RequestTimeout / options.TickInterval);
    private int _toHandOverBytes;
    private int _waiting;
    private long _tick;
    private long _retriedTick;
    private ReplicaId _retriedLeader;
    private bool _isStopped;

    /// <summary>Runs an action in the loop's next pass.</summary>
    public required Action<Action> Call { get; init; }

    /// <summary>Those that the log has, by position.</summary>
    public ProposalTracker Tracker { get; } = new();

    /// <summary>What was applied lately, for those that a leader has.</summary>
    public ForwardTracker Forwards { get; } = new();

    /// <summary>Whether something came that the loop has not taken.</summary>
    public bool HasInput => !_new.IsEmpty || !_forwarded.IsEmpty;

    /// <summary>How many wait for their end. Any thread.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Takes a client's command. Any thread; the loop has to be woken.</summary>
    public Task<ProposalOutcome> AddAsync(ReadOnlyMemory<byte> command)
    {
        var proposal = new PendingProposal(command);
        Interlocked.Increment(ref _waiting);
        _new.Enqueue(proposal);
        return proposal.Task;
    }

    /// <summary>Takes commands of another member's clients. Any thread; the loop has to be woken.</summary>
    public Task<ForwardPosition> AcceptAsync(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    {
        var forwarded = new ForwardedCommands(commands);
        _forwarded.Enqueue(forwarded);
        return forwarded.Task;
    }

    /// <summary>Proposes everything that came, here or to the leader.</summary>
    public void Take(long tick)
    {
        _tick = tick;

        // With each tick, or at once with each new leader: one that does not answer is not asked again and again.
        if (_waitingForLeader.Count > 0 && node.Leader.IsSome && (_tick > _retriedTick || node.Leader != _retriedLeader))
        {
            _retriedTick = _tick;
            _retriedLeader = node.Leader;
            for (int i = _waitingForLeader.Count; i > 0; i--)
            {
                Propose(_waitingForLeader.Dequeue());
            }
        }

        while (_new.TryDequeue(out var proposal))
        {
            proposal.DeadlineTick = _tick + _timeoutTicks;
            Propose(proposal);
        }

        while (_forwarded.TryDequeue(out var forwarded))
        {
            Propose(forwarded);
        }

        HandOver();
        Count();
    }

    /// <summary>Tells everybody else how many wait.</summary>
    public void Count() => Volatile.Write(ref _waiting, Tracker.Count + _waitingForLeader.Count + Forwards.Count);

    /// <summary>Ends those that have waited too long.</summary>
    public void TimeOut(long tick)
    {
        Tracker.TimeOut(tick, node.Term.Value);
        foreach (var proposals in _handedOver)
        {
            // Their answer is still taken when it comes: until then nobody knows which entries are theirs.
            foreach (var proposal in proposals)
            {
                if (proposal.DeadlineTick <= tick)
                {
                    End(proposal, ProposalEnd.TimedOut);
                }
            }
        }

        for (int i = _waitingForLeader.Count; i > 0; i--)
        {
            var waiting = _waitingForLeader.Dequeue();
            if (waiting.DeadlineTick <= tick)
            {
                End(waiting, ProposalEnd.TimedOut);
            }
            else
            {
                _waitingForLeader.Enqueue(waiting);
            }
        }
    }

    /// <summary>The state went over to a snapshot.</summary>
    public void PassOver(LogIndex index)
    {
        Tracker.PassOver(index, node.Term.Value);
        Forwards.PassOver(index);
    }

    /// <summary>The replica stops: ends all.</summary>
    public void Stop()
    {
        _isStopped = true;
        Tracker.EndAll(ProposalEnd.Stopped, node.Term.Value);
        foreach (var proposal in _handedOver.SelectMany(static proposals => proposals))
        {
            End(proposal, ProposalEnd.Stopped);
        }

        while (_waitingForLeader.TryDequeue(out var waiting))
        {
            End(waiting, ProposalEnd.Stopped);
        }
    }

    /// <summary>Ends what comes to a replica that has stopped.</summary>
    public void Refuse()
    {
        while (_new.TryDequeue(out var proposal))
        {
            End(proposal, ProposalEnd.Stopped);
        }

        while (_forwarded.TryDequeue(out var forwarded))
        {
            forwarded.TrySetResult(default);
        }
    }

    private void Propose(PendingProposal proposal)
    {
        var result = node.Propose(proposal.Command);
        switch (result.Status)
        {
            case ProposalStatus.Accepted:
                Tracker.Add(result.Index, result.Term, proposal);
                break;
            case ProposalStatus.NotLeader when node.Leader.IsSome && network is not null:
                if (_toHandOverBytes + proposal.Command.Length > HandedOverBytesMax)
                {
                    HandOver();
                }

                _toHandOver.Add(proposal);
                _toHandOverBytes += proposal.Command.Length;
                break;
            case ProposalStatus.NotLeader or ProposalStatus.TransferInProgress:
                _waitingForLeader.Enqueue(proposal);
                break;
            default:
                End(proposal, ProposalEnd.TooManyRequests);
                break;
        }
    }

    private void Propose(ForwardedCommands forwarded)
    {
        ulong first = 0;
        for (int i = 0; i < forwarded.Commands.Count; i++)
        {
            var result = node.Propose(forwarded.Commands[i]);
            if (result.Status != ProposalStatus.Accepted)
            {
                bool isElsewhere = result.Status is ProposalStatus.NotLeader or ProposalStatus.TransferInProgress;
                var end = isElsewhere ? ForwardEnd.NotTaken : ForwardEnd.TooManyRequests;
                forwarded.TrySetResult(new ForwardPosition(end, first, node.Term.Value, i));
                return;
            }

            first = i == 0 ? result.Index.Value : first;
        }

        forwarded.TrySetResult(new ForwardPosition(ForwardEnd.Appended, first, node.Term.Value, forwarded.Commands.Count));
    }

    /// <summary>Hands what has gathered to the leader.</summary>
    private void HandOver()
    {
        if (_toHandOver.Count > 0)
        {
            PendingProposal[] proposals = [.. _toHandOver];
            _toHandOver.Clear();
            _toHandOverBytes = 0;
            _handedOver.Add(proposals);
            Forwards.Begin(proposals.Length);
            _ = HandOverAsync(network!, proposals);
        }
    }

    /// <summary>Hands proposals to the leader, and learns from it which entries to wait for.</summary>
    private async Task HandOverAsync(IReplicaNetwork leaders, PendingProposal[] proposals)
    {
        var commands = Array.ConvertAll(proposals, static proposal => proposal.Command);
        var answer = await leaders.ForwardAsync(node.Leader, partition, commands).ConfigureAwait(false);
        Call(() => EndHandOver(proposals, answer));
    }

    private void EndHandOver(PendingProposal[] proposals, ForwardPosition answer)
    {
        _handedOver.Remove(proposals);
        for (int i = 0; i < proposals.Length; i++)
        {
            EndHandOver(proposals[i], answer.Of(i));
        }
    }

    private void EndHandOver(PendingProposal proposal, ForwardPosition answer)
    {
        var outcome = Forwards.End(answer);
        if (_isStopped)
        {
            End(proposal, ProposalEnd.Stopped);
        }
        else if (answer.End == ForwardEnd.NotTaken)
        {
            // Nothing happened: it waits like one for which no leader is known.
            _waitingForLeader.Enqueue(proposal);
        }
        else if (outcome is { } known)
        {
            proposal.TrySetResult(known);
        }
        else
        {
            Tracker.Add(new LogIndex(answer.Index), new Term(answer.Term), proposal);
        }
    }

    private void End(PendingProposal proposal, ProposalEnd end) =>
        proposal.TrySetResult(new ProposalOutcome(end, default, node.Term.Value));
}
