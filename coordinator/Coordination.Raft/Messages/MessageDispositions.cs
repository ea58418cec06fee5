namespace Coordination.Raft;

/// <summary>
/// Which role acts on which message of its own term, as data. Messages of other terms never get here: <see cref="RaftCore"/> deals with
/// them first. A message that only a leader sends makes a candidate a follower before the table is asked for what a follower does.
/// </summary>
/// <remarks>
/// A cell is Impossible only when no loss, delay, repetition or crash can produce the pair. Two examples. A leader cannot get an append
/// of its own term: there would be two leaders. A candidate cannot get an answer to an append of its own term: it would have led in that
/// term before, its vote was durable then, and it would stand in a later one now. But a candidate can get a late answer to a read that it
/// forwarded as a follower in this term, before a crash made it forget the term: that one is Ignore.
/// </remarks>
internal static class MessageDispositions
{
    private const int RoleCount = 4;
    private const int KindCount = 16;
    private static readonly Disposition[] Table = Build();

    /// <summary>What a replica in this role does with a message of this kind and of its own term.</summary>
    public static Disposition Of(ReplicaRole role, MessageKind kind) =>
        (int)kind is > 0 and < KindCount ? Table[((int)role * KindCount) + (int)kind] : Disposition.Ignore;

    /// <summary>Whether only the leader of a term sends this kind.</summary>
    public static bool IsFromLeader(MessageKind kind) => kind is
        MessageKind.AppendRequest or MessageKind.HeartbeatRequest or MessageKind.InstallSnapshot or MessageKind.Quiesce
        or MessageKind.TimeoutNow or MessageKind.ReadIndexResponse;

    private static Disposition[] Build()
    {
        const Disposition handle = Disposition.Handle;
        const Disposition ignore = Disposition.Ignore;
        const Disposition impossible = Disposition.Impossible;
        var table = new Disposition[RoleCount * KindCount];

        //                                  follower  pre-candidate  candidate  leader
        Set(MessageKind.PreVoteRequest, handle, handle, handle, handle);
        Set(MessageKind.PreVoteResponse, ignore, handle, ignore, ignore);
        Set(MessageKind.VoteRequest, handle, handle, handle, handle);
        Set(MessageKind.VoteResponse, ignore, ignore, handle, ignore);
        Set(MessageKind.AppendRequest, handle, handle, handle, impossible);
        Set(MessageKind.AppendAccepted, ignore, ignore, impossible, handle);
        Set(MessageKind.AppendRejected, ignore, ignore, impossible, handle);
        Set(MessageKind.HeartbeatRequest, handle, handle, handle, impossible);
        Set(MessageKind.HeartbeatResponse, ignore, ignore, impossible, handle);
        Set(MessageKind.InstallSnapshot, handle, handle, handle, impossible);
        Set(MessageKind.TimeoutNow, handle, handle, impossible, impossible);
        Set(MessageKind.ReadIndexRequest, ignore, ignore, impossible, handle);
        Set(MessageKind.ReadIndexResponse, handle, ignore, ignore, impossible);
        Set(MessageKind.Quiesce, handle, handle, handle, impossible);
        Set(MessageKind.TermNotice, ignore, ignore, ignore, ignore);
        Verify(table);
        return table;

        void Set(MessageKind kind, Disposition follower, Disposition preCandidate, Disposition candidate, Disposition leader)
        {
            table[((int)ReplicaRole.Follower * KindCount) + (int)kind] = follower;
            table[((int)ReplicaRole.PreCandidate * KindCount) + (int)kind] = preCandidate;
            table[((int)ReplicaRole.Candidate * KindCount) + (int)kind] = candidate;
            table[((int)ReplicaRole.Leader * KindCount) + (int)kind] = leader;
        }
    }

    private static void Verify(Disposition[] table)
    {
        foreach (var kind in Enum.GetValues<MessageKind>())
        {
            foreach (var role in Enum.GetValues<ReplicaRole>())
            {
                var disposition = table[((int)role * KindCount) + (int)kind];
                Invariant.Check(disposition != Disposition.Undecided, $"Nobody decided what a {role} does with {kind}.");
                Invariant.Check(
                    role != ReplicaRole.Leader || !IsFromLeader(kind) || disposition == Disposition.Impossible,
                    $"A leader must not accept {kind}, which only another leader of its term could have sent.");
            }
        }
    }
}
