using Coordination.Raft;
using Coordination.Replication;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// What clients wait for at one running replica. Looked at after every pass of its loop, since nothing else ends a call; lost with a crash,
/// as connections are.
/// </summary>
internal sealed class ReplicaCalls(WorldServices world, Machine machine, PartitionHistory history, HostedReplica replica)
{
    private readonly List<(ProposalCall Call, Task<ProposalOutcome> Outcome)> _proposals = [];
    private readonly List<(LogIndex Floor, RangeOperation Range, Task<LinearizableRead> Read)> _reads = [];
    private readonly List<(long Id, long Asked, Task<LeaseRenewal> Renewal)> _renewals = [];

    /// <summary>How many calls have not ended. Renewals of what is due wait as long as there is no quorum, so they do not count.</summary>
    public int Count => _proposals.Count + _reads.Count;

    /// <summary>The last proposal whose command was applied.</summary>
    public LogIndex LastApplied { get; private set; }

    /// <summary>The floor of the last read that was answered.</summary>
    public LogIndex LastRead { get; private set; }

    /// <summary>A client proposes.</summary>
    public void Propose(byte[] command)
    {
        _proposals.Add((history.Begin(command), replica.Replica.ProposeAsync(command)));
        Poll();
    }

    /// <summary>A client reads.</summary>
    public void Read(RangeOperation range)
    {
        _reads.Add((history.Floor, range, replica.Replica.ReadAsync().AsTask()));
        Poll();
    }

    /// <summary>A client keeps a lease alive.</summary>
    public void Renew(long id)
    {
        _renewals.Add((id, world.Now, replica.Loop.Leases.RenewAsync(id).AsTask()));
        Poll();
    }

    /// <summary>Looks what has ended.</summary>
    public void Poll()
    {
        for (int i = 0; i < _proposals.Count; i++)
        {
            var (call, outcome) = _proposals[i];
            if (outcome.IsCompletedSuccessfully)
            {
                _proposals.RemoveAt(i--);
                world.Trace?.Add(world.Now, $"{replica} ends a proposal: {outcome.Result.End} {call.Position}");
                history.OnEnded(replica, call, outcome.Result);
                LastApplied = outcome.Result.End == ProposalEnd.Applied ? call.Position : LastApplied;
            }
        }

        for (int i = 0; i < _reads.Count; i++)
        {
            var (floor, range, read) = _reads[i];
            if (read.IsCompletedSuccessfully)
            {
                _reads.RemoveAt(i--);
                if (read.Result.IsConfirmed)
                {
                    history.OnRead(replica, floor, read.Result.View, range);
                    LastRead = floor;
                }
            }
        }

        for (int i = 0; i < _renewals.Count; i++)
        {
            var (id, asked, renewal) = _renewals[i];
            if (renewal.IsCompletedSuccessfully)
            {
                _renewals.RemoveAt(i--);
                if (renewal.Result is { IsLeader: true, TtlSeconds: > 0 })
                {
                    history.Leases.OnRenewed(machine, id, asked);
                }
            }
        }
    }
}
