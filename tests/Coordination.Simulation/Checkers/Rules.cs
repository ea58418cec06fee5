namespace Coordination.Simulation;

/// <summary>The names of everything that a run can break, as the command line prints them.</summary>
internal static class Rules
{
    /// <summary>At most one leader a term (Raft paper, section 5.2).</summary>
    public const string OneLeaderPerTerm = "OneLeaderPerTerm";

    /// <summary>A leader was elected by a majority of durable votes.</summary>
    public const string ElectionQuorum = "ElectionQuorum";

    /// <summary>A replica votes for at most one candidate a term, whatever crashes lie between.</summary>
    public const string OneVotePerTerm = "OneVotePerTerm";

    /// <summary>Entries with the same index and term are the same, and so is everything before them.</summary>
    public const string LogMatching = "LogMatching";

    /// <summary>A leader's log holds everything committed in earlier terms.</summary>
    public const string LeaderCompleteness = "LeaderCompleteness";

    /// <summary>No two replicas commit or apply different entries at one position; equal positions mean equal states.</summary>
    public const string StateMachineSafety = "StateMachineSafety";

    /// <summary>Terms and commit indexes only rise; entries are handed out in order, once.</summary>
    public const string Monotonicity = "Monotonicity";

    /// <summary>What a leader commits is of its own term and on the disks of a majority of voters.</summary>
    public const string CommitQuorum = "CommitQuorum";

    /// <summary>What a replica claims to have written is on its disk.</summary>
    public const string DurableClaim = "DurableClaim";

    /// <summary>After a crash a disk holds what was synced, and of the rest a prefix.</summary>
    public const string Recovery = "Recovery";

    /// <summary>One membership change at a time, and consecutive memberships have overlapping majorities.</summary>
    public const string ConfigurationSafety = "ConfigurationSafety";

    /// <summary>A command gives the same answer on every replica: that of the naive state machine.</summary>
    public const string AppliedResult = "AppliedResult";

    /// <summary>What can be read of a replica's state is what the naive state machine shows at the same position.</summary>
    public const string StateContent = "StateContent";

    /// <summary>A read sees every write acknowledged, and everything read, before it began.</summary>
    public const string LinearizableRead = "LinearizableRead";

    /// <summary>An acknowledged write is never lost.</summary>
    public const string AcknowledgedWrite = "AcknowledgedWrite";

    /// <summary>What a client was told of its proposal is what became of it: once, or not at all.</summary>
    public const string ProposalOutcome = "ProposalOutcome";

    /// <summary>A leader ends a lease only after its time on the leader's own clock, and every leader gives it its full time.</summary>
    public const string LeaseTime = "LeaseTime";

    /// <summary>A watcher is told every change of its keys, in order, once, and after progress of none before it.</summary>
    public const string WatchedEvents = "WatchedEvents";

    /// <summary>Everything in a world happens on its one thread.</summary>
    public const string OneThread = "OneThread";

    /// <summary>The core found one of its own invariants broken.</summary>
    public const string Invariant = "Invariant";

    /// <summary>The core, the log or the host threw something unexpected.</summary>
    public const string Crash = "Crash";

    /// <summary>Liveness: a node does not start.</summary>
    public const string NodeDown = "NodeDown";

    /// <summary>Liveness: a partition has no leader.</summary>
    public const string NoLeader = "NoLeader";

    /// <summary>Liveness: a new write is not committed.</summary>
    public const string NoCommit = "NoCommit";

    /// <summary>Liveness: a member has not applied what is committed.</summary>
    public const string ReplicaBehind = "ReplicaBehind";

    /// <summary>Liveness: a joint membership does not end.</summary>
    public const string JointNotLeft = "JointNotLeft";

    /// <summary>Liveness: a client's call never ends.</summary>
    public const string CallNotEnded = "CallNotEnded";

    /// <summary>Liveness: a watcher is not told what happened.</summary>
    public const string WatcherBehind = "WatcherBehind";

    /// <summary>Liveness: a lease outlives its time.</summary>
    public const string LeaseNotEnded = "LeaseNotEnded";

    /// <summary>Liveness: a read gets no answer.</summary>
    public const string ReadNotAnswered = "ReadNotAnswered";
}
