namespace Coordination.Raft.Tests;

/// <summary>Messages from replica 2 or 3 to replica 1, in the words of a test.</summary>
internal static class From
{
    public static VoteRequest VoteRequest(
        ulong from, int term, int lastIndex = 0, int lastTerm = 0, CampaignCause cause = CampaignCause.Timeout) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), Given.At(lastIndex), Given.In(lastTerm), cause);

    public static PreVoteRequest PreVoteRequest(ulong from, int term, int lastIndex = 0, int lastTerm = 0) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), Given.At(lastIndex), Given.In(lastTerm));

    public static PreVoteResponse PreVoteResponse(ulong from, int term, int requestTerm, bool granted) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), Given.In(requestTerm), granted);

    public static VoteResponse VoteResponse(ulong from, int term, bool granted) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), granted);

    public static HeartbeatRequest Heartbeat(ulong from, int term, int commit = 0, ulong round = 1) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), Given.At(commit), round);

    public static AppendRequest Append(
        ulong from, int term, int previousIndex = 0, int previousTerm = 0, int commit = 0, params Entry[] entries) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), Given.At(previousIndex), Given.In(previousTerm), entries, Given.At(commit));

    public static InstallSnapshot Snapshot(ulong from, int term, SnapshotMetadata snapshot) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), snapshot);

    public static AppendAccepted Accepted(ulong from, int term, int match) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), Given.At(match));

    public static HeartbeatResponse HeartbeatResponse(ulong from, int term, ulong round) =>
        new(Given.Id(from), Given.Id(1), Given.In(term), round);
}
