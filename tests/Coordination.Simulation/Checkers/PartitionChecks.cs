using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// All checkers of one partition, and the only writer of its <see cref="ReplicaRecord"/>s. The hosts report what their replicas do, in the
/// order in which it happens; the first broken rule throws <see cref="ViolationException"/>. Every check is incremental: its price
/// depends on what changed in the step, not on the length of the history.
/// </summary>
internal sealed class PartitionChecks
{
    private readonly LogMatchingChecker _logMatching = new();
    private readonly VoteChecker _votes = new();
    private readonly LeaderChecker _leaders;
    private readonly CommitChecker _commits;

    /// <summary>Begins a partition with its first membership.</summary>
    public PartitionChecks(ReplicaDirectory directory, Membership initialMembership, IStateModel model)
    {
        Directory = directory;
        Canonical = new CanonicalLog(initialMembership, model);
        Reads = new ReadChecker(Canonical);
        _leaders = new LeaderChecker(Canonical, _votes);
        _commits = new CommitChecker(Canonical, directory);
    }

    /// <summary>The partition's replicas.</summary>
    public ReplicaDirectory Directory { get; }

    /// <summary>The committed history.</summary>
    public CanonicalLog Canonical { get; }

    /// <summary>The checker of reads and acknowledged writes.</summary>
    public ReadChecker Reads { get; }

    /// <summary>A replica starts from what its disk holds, or from nothing.</summary>
    public void OnStart(ReplicaRecord replica, RestoredState state)
    {
        var snapshot = state.Snapshot;
        CheckSnapshot(replica, snapshot);
        replica.Log.Reset(snapshot.Index, snapshot.Term, Canonical.ChainAt(snapshot.Index));
        replica.Memberships.Reset(snapshot.Index, snapshot.Membership);
        foreach (var entry in state.Entries)
        {
            AppendToLog(replica, entry);
        }

        replica.Role = ReplicaRole.Follower;
        replica.Term = state.HardState.Term;
        replica.Commit = LogIndex.None;
        replica.PassMembership = null;
        replica.HandedOut = state.Applied;
    }

    /// <summary>A running replica hands a request to its disk.</summary>
    public void OnPersist(ReplicaRecord replica, RaftNode node, PersistRequest request)
    {
        if (request.Snapshot is { } snapshot)
        {
            CheckSnapshot(replica, snapshot);
            if (!snapshot.Membership.Equals(Canonical.MembershipAt(snapshot.Index)))
            {
                throw new ViolationException(
                    Rules.ConfigurationSafety,
                    $"{replica} installs a snapshot at {snapshot.Index} with {snapshot.Membership} instead of "
                    + $"{Canonical.MembershipAt(snapshot.Index)}.");
            }

            if (snapshot.Index < replica.HandedOut)
            {
                throw new ViolationException(
                    Rules.StateMachineSafety, $"{replica} installs a snapshot at {snapshot.Index} over a state at {replica.HandedOut}.");
            }

            replica.Log.Reset(snapshot.Index, snapshot.Term, Canonical.ChainAt(snapshot.Index));
            replica.Memberships.Reset(snapshot.Index, snapshot.Membership);
            replica.HandedOut = snapshot.Index;
        }

        var entries = request.Entries.Span;
        if (entries.Length > 0)
        {
            Truncate(replica, entries[0].Index);
            foreach (var entry in entries)
            {
                if (entry.Kind == EntryKind.Membership && node.Role == ReplicaRole.Leader && entry.Term == node.Term)
                {
                    MembershipChecker.OnLeaderAppends(replica, entry, node.Committed);
                }

                AppendToLog(replica, entry);
            }
        }

        if (!replica.Memberships.Latest.Equals(node.Membership))
        {
            throw new ViolationException(
                Rules.ConfigurationSafety,
                $"{replica} uses the membership {node.Membership}, but the latest in its log is {replica.Memberships.Latest}.");
        }
    }

    /// <summary>Something was taken from the node, or it took an input: its role, term and commit index may have changed.</summary>
    public void OnStep(ReplicaRecord replica, RaftNode node)
    {
        var term = node.Term;
        var role = node.Role;

        // A leader that commits its own removal steps down in the same step.
        bool leads = role == ReplicaRole.Leader || (replica.Role == ReplicaRole.Leader && replica.Term == term);
        if (term != replica.Term || role != replica.Role)
        {
            if (term < replica.Term)
            {
                throw new ViolationException(Rules.Monotonicity, $"{replica} goes back from term {replica.Term} to {term}.");
            }

            bool isNewLeader = role == ReplicaRole.Leader && (replica.Role != ReplicaRole.Leader || term != replica.Term);
            replica.Term = term;
            replica.Role = role;
            if (isNewLeader)
            {
                _leaders.OnLeader(replica, term, node.Membership);
            }
        }

        var commit = node.Committed;
        if (commit != replica.Commit)
        {
            if (commit < replica.Commit)
            {
                throw new ViolationException(Rules.Monotonicity, $"{replica} goes back from commit index {replica.Commit} to {commit}.");
            }

            _commits.OnCommit(replica, leads, term, node.Membership, commit);
            replica.Commit = commit;
        }
    }

    /// <summary>
    /// What a pass of a production replica hands out, which took many inputs before: the replica may have begun to lead and ended it
    /// since, and what it committed while it led counts as a leader's. It may have changed the membership since, too: but what it appends
    /// in a pass is committed in none before the next, so the membership that counted is that of the pass before or the present one.
    /// </summary>
    public void OnPass(ReplicaRecord replica, RaftNode node, IReadOnlyList<RaftEvent> events)
    {
        foreach (var happened in events)
        {
            if (happened.Kind == RaftEventKind.BecameLeader)
            {
                _leaders.OnLeader(replica, happened.Term, node.Membership, replica.PassMembership);
            }
        }

        if (node.Term < replica.Term)
        {
            throw new ViolationException(Rules.Monotonicity, $"{replica} goes back from term {replica.Term} to {node.Term}.");
        }

        replica.Term = node.Term;
        replica.Role = node.Role;
        if (node.Committed < replica.Commit)
        {
            throw new ViolationException(
                Rules.Monotonicity, $"{replica} goes back from commit index {replica.Commit} to {node.Committed}.");
        }

        if (node.Committed > replica.Commit)
        {
            var term = replica.Log.TryGet(node.Committed, out var entry) ? entry.Term : node.Term;
            bool leads = _leaders.LeaderOf(term) == replica.Id;
            _commits.OnCommit(replica, leads, term, node.Membership, node.Committed, replica.PassMembership);
            replica.Commit = node.Committed;
        }

        replica.PassMembership = node.Membership;
    }

    /// <summary>A message is about to be sent.</summary>
    public void OnSend(ReplicaRecord replica, Message message)
    {
        if (message.From != replica.Id)
        {
            throw new ViolationException(Rules.Invariant, $"{replica} sends a message from #{message.From}.");
        }

        switch (message)
        {
            case AppendRequest or HeartbeatRequest or InstallSnapshot or Quiesce or TimeoutNow:
                _leaders.OnLeaderMessage(replica, message);
                break;
            case AppendAccepted accepted:
                DurabilityChecker.OnAccepted(replica, accepted);
                break;
            case VoteRequest request:
                DurabilityChecker.OnVoteRequest(replica, request);
                break;
            case VoteResponse { Granted: true } response:
                _votes.OnGranted(replica, response);
                break;
        }
    }

    /// <summary>Committed entries are handed out to be applied.</summary>
    public void OnHandOut(ReplicaRecord replica, ReadOnlySpan<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Index != replica.HandedOut.Next())
            {
                throw new ViolationException(
                    Rules.Monotonicity, $"{replica} hands out entry {entry} to apply, but the one after {replica.HandedOut} is due.");
            }

            if (entry.Index > Canonical.LastIndex || Canonical[entry.Index].Entry.Term != entry.Term)
            {
                throw new ViolationException(
                    Rules.StateMachineSafety, $"{replica} hands out {entry} to apply, which is not in the committed history.");
            }

            DurabilityChecker.OnHandedOut(replica, entry.Index);
            replica.HandedOut = entry.Index;
        }
    }

    /// <summary>A state machine reached a position, by applying or by a snapshot.</summary>
    public void OnApplied(ReplicaRecord replica, IAppliedState state)
    {
        var index = state.Applied;
        if (!index.IsSome)
        {
            return;
        }

        if (index > Canonical.LastIndex || Canonical[index].Entry.Term != state.AppliedTerm)
        {
            throw new ViolationException(
                Rules.StateMachineSafety,
                $"{replica} has the state at {index}@{state.AppliedTerm}, which is not in the committed history.");
        }

        Canonical.Model.OnApplied(replica, state);
    }

    /// <summary>A state machine was opened on what a disk or a snapshot holds.</summary>
    public void OnOpened(ReplicaRecord replica, IAppliedState state, SnapshotMetadata expected)
    {
        if (state.Applied != expected.Index || state.AppliedTerm != expected.Term)
        {
            throw new ViolationException(
                Rules.StateMachineSafety,
                $"{replica} opens a state at {state.Applied}@{state.AppliedTerm} that is said to be at {expected.Index}@{expected.Term}.");
        }

        OnApplied(replica, state);
        Canonical.Model.Compare(replica, state);
    }

    /// <summary>A created replica's start became durable.</summary>
    public void OnDurableStart(ReplicaRecord replica, SnapshotMetadata start, HardState hardState = default)
    {
        replica.DurableHardState = hardState;
        SetDurableBase(replica, start);
    }

    /// <summary>A request became durable.</summary>
    public void OnDurable(ReplicaRecord replica, PersistRequest request)
    {
        if (request.HardState is { } hardState)
        {
            replica.DurableHardState = hardState;
            _votes.OnDurable(replica, hardState);
        }

        if (request.Snapshot is { } snapshot)
        {
            SetDurableBase(replica, snapshot);
        }

        var entries = request.Entries.Span;
        if (entries.Length > 0)
        {
            replica.Durable.Truncate(entries[0].Index);
            ulong chain = replica.Durable.Last.Chain;
            foreach (var entry in entries)
            {
                chain = Fingerprint.Extend(chain, entry);
                replica.Durable.Append(entry, chain);
            }
        }
    }

    /// <summary>A compaction became durable.</summary>
    public static void OnDurableCompaction(ReplicaRecord replica, SnapshotMetadata snapshot)
    {
        if (snapshot.Index > replica.Durable.BaseIndex)
        {
            replica.Durable.DropThrough(snapshot.Index);
            replica.DurableBase = snapshot;
        }
    }

    private void SetDurableBase(ReplicaRecord replica, SnapshotMetadata snapshot)
    {
        replica.DurableBase = snapshot;
        replica.Durable.Reset(snapshot.Index, snapshot.Term, Canonical.ChainAt(snapshot.Index));
    }

    private void CheckSnapshot(ReplicaRecord replica, SnapshotMetadata snapshot)
    {
        if (!snapshot.Index.IsSome)
        {
            return;
        }

        if (snapshot.Index > Canonical.LastIndex || Canonical[snapshot.Index].Entry.Term != snapshot.Term)
        {
            throw new ViolationException(
                Rules.StateMachineSafety,
                $"{replica} has a snapshot at {snapshot.Index}@{snapshot.Term}, which is not in the committed history.");
        }
    }

    private static void Truncate(ReplicaRecord replica, LogIndex from)
    {
        if (from > replica.Log.LastIndex.Next() || from <= replica.Log.BaseIndex)
        {
            throw new ViolationException(
                Rules.LogMatching, $"{replica} writes from {from} on into a log from {replica.Log.BaseIndex} to {replica.Log.LastIndex}.");
        }

        if (from <= replica.Commit)
        {
            throw new ViolationException(Rules.StateMachineSafety,
            $"{replica} replaces its log from {from} on, but {replica.Commit} is committed.");
        }

        replica.Log.Truncate(from);
        replica.Memberships.Truncate(from);
    }

    private void AppendToLog(ReplicaRecord replica, Entry entry)
    {
        if (entry.Index != replica.Log.LastIndex.Next())
        {
            throw new ViolationException(Rules.LogMatching, $"{replica} appends {entry} after {replica.Log.LastIndex}.");
        }

        if (entry.Kind == EntryKind.Membership)
        {
            var next = MembershipEntry.Decode(entry.Data).Membership;
            var previous = replica.Memberships.Latest;
            if (previous.Members.Count > 0)
            {
                MembershipChecker.CheckStep(replica, entry.Index, previous, next);
            }

            replica.Memberships.Push(entry.Index, next);
        }

        ulong chain = _logMatching.Register(replica, replica.Log.Last.Chain, entry);
        replica.Log.Append(entry, chain);
    }
}
