using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Simulation;

/// <summary>
/// The rule of leases: what leaders revoke of their own accord has had its time on the leader's own clock, from the last of its grant, its
/// last renewal there and the begin of the leadership, which gives every lease its time anew and an election timeout more.
/// </summary>
internal sealed class LeaseChecker(WorldServices world, StoreModel model, IReadOnlyList<Machine> machines)
{
    private readonly Dictionary<long, GrantedLease> _leases = [];
    private readonly Dictionary<Term, Leadership> _leaderships = [];
    private readonly Dictionary<(LogIndex Index, Term Term), string> _early = [];

    /// <summary>How many leases there are.</summary>
    public int Count => _leases.Count;

    /// <summary>A machine leads.</summary>
    public void OnElected(Machine machine, Term term) => _leaderships[term] = new Leadership(machine.Index, world.Now);

    /// <summary>A leader proposes something of its own accord.</summary>
    public void OnProposed(Machine writer, Entry entry)
    {
        if (CommandCodec.Decode(entry.Data) is not LeaseRevokeCommand revoke
            || !_leases.TryGetValue(revoke.Id, out var lease)
            || !_leaderships.TryGetValue(entry.Term, out var leadership))
        {
            return;
        }

        var leader = machines[leadership.Machine];
        long due = DueAt(revoke.Id, lease, leadership, leader);
        long now = SimulatedClock.At(world, leader, world.Now);
        if (now < due)
        {
            _early[(entry.Index, entry.Term)] =
                $"n{leader.Index} revokes lease {revoke.Id} at {entry.Index}@{entry.Term} (written by n{writer.Index}) {due - now} us early.";
        }
    }

    /// <summary>An entry is committed.</summary>
    public void OnCommitted(LogIndex index, Term term)
    {
        if (_leaderships.TryGetValue(term, out var leadership))
        {
            leadership.Inherited ??= model.MomentAt(index).Leases;
        }

        if (_early.Remove((index, term), out string? early))
        {
            throw new ViolationException(Rules.LeaseTime, early);
        }

        if (model.ResultAt(index).Error != ApplyError.None)
        {
            return;
        }

        switch (model.CommandAt(index))
        {
            case LeaseGrantCommand grant:
                _leases[grant.Id] = new GrantedLease(grant.TtlSeconds, world.Now);
                break;
            case LeaseRevokeCommand revoke:
                _leases.Remove(revoke.Id);
                break;
        }
    }

    /// <summary>A leader renewed a lease when it was asked at a time.</summary>
    public void OnRenewed(Machine machine, long id, long asked)
    {
        if (_leases.TryGetValue(id, out var lease) && asked >= lease.GrantedAt)
        {
            lease.Renewals[machine.Index] = Math.Max(asked, lease.Renewals.GetValueOrDefault(machine.Index));
        }
    }

    /// <summary>When a lease is due at the earliest, on the leader's clock.</summary>
    private long DueAt(long id, GrantedLease lease, Leadership leadership, Machine leader)
    {
        long ttl = lease.TtlSeconds * 1_000_000;
        long due = SimulatedClock.At(world, leader, lease.GrantedAt) + ttl;
        if (leadership.Since > lease.GrantedAt)
        {
            long left = (leadership.Inherited?.GetValueOrDefault(id).RemainingSeconds ?? 0) * 1_000_000;
            long extension = world.Options.Core.ElectionTimeoutTicks * (long)world.Options.TickMicroseconds;
            due = SimulatedClock.At(world, leader, leadership.Since) + (left > 0 ? left : ttl) + extension;
        }

        if (lease.Renewals.TryGetValue(leader.Index, out long renewed) && renewed >= leadership.Since)
        {
            due = Math.Max(due, SimulatedClock.At(world, leader, renewed) + ttl);
        }

        return due;
    }

    private sealed class GrantedLease(long ttlSeconds, long grantedAt)
    {
        public long TtlSeconds => ttlSeconds;

        public long GrantedAt => grantedAt;

        public SortedDictionary<int, long> Renewals { get; } = [];
    }

    private sealed class Leadership(int machine, long since)
    {
        public int Machine => machine;

        public long Since => since;

        public IReadOnlyDictionary<long, StoredLease>? Inherited { get; set; }
    }
}
