using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Messages as trace lines show them: what matters for following a run, positions written as index@term.</summary>
internal static class MessageText
{
    /// <summary>The message without its sender and receiver.</summary>
    public static string Describe(Message message) => message switch
    {
        AppendRequest m => $"AppendRequest@{m.Term} prev={m.PreviousIndex}@{m.PreviousTerm} "
            + $"entries=[{Describe(m.Entries.Span)}] commit={m.Commit}",
        AppendAccepted m => $"AppendAccepted@{m.Term} match={m.MatchIndex}",
        AppendRejected m => $"AppendRejected@{m.Term} prev={m.PreviousIndex} hint={m.HintIndex}@{m.HintTerm}",
        HeartbeatRequest m => $"Heartbeat@{m.Term} round={m.Round} commit={m.Commit}",
        HeartbeatResponse m => $"HeartbeatResponse@{m.Term} round={m.Round}",
        InstallSnapshot m => $"InstallSnapshot@{m.Term} {Describe(m.Snapshot)}",
        PreVoteRequest m => $"PreVoteRequest@{m.Term} last={m.LastIndex}@{m.LastTerm}",
        PreVoteResponse m => $"PreVoteResponse@{m.Term} request={m.RequestTerm} granted={m.Granted}",
        VoteRequest m => $"VoteRequest@{m.Term} last={m.LastIndex}@{m.LastTerm} cause={m.Cause}",
        VoteResponse m => $"VoteResponse@{m.Term} granted={m.Granted}",
        ReadIndexRequest m => $"ReadIndexRequest@{m.Term} batch={m.Batch.Incarnation}.{m.Batch.Sequence}",
        ReadIndexResponse m => $"ReadIndexResponse@{m.Term} batch={m.Batch.Incarnation}.{m.Batch.Sequence} index={m.Index}",
        Quiesce m => $"Quiesce@{m.Term} last={m.LastIndex}@{m.LastTerm}",
        _ => $"{message.Kind}@{message.Term}",
    };

    /// <summary>A snapshot's position and membership.</summary>
    public static string Describe(SnapshotMetadata snapshot) => $"snapshot={snapshot.Index}@{snapshot.Term} {snapshot.Membership}";

    /// <summary>Entries as index@term, runs shortened; memberships in full.</summary>
    public static string Describe(ReadOnlySpan<Entry> entries)
    {
        List<string> parts = [];
        for (int i = 0; i < entries.Length;)
        {
            int end = i + 1;
            while (end < entries.Length && entries[end].Term == entries[i].Term && IsPlain(entries[end]) && IsPlain(entries[i]))
            {
                end++;
            }

            parts.Add(Describe(entries[i], entries[end - 1]));
            i = end;
        }

        return string.Join(' ', parts);
    }

    /// <summary>A request to the disk.</summary>
    public static string Describe(PersistRequest request)
    {
        string text = $"#{request.Sequence}";
        text = request.HardState is { } state ? $"{text} term={state.Term} vote={state.Vote} commit={state.Commit}" : text;
        text = request.Snapshot is { } snapshot ? $"{text} {Describe(snapshot)}" : text;
        text = request.Entries.Length > 0 ? $"{text} entries=[{Describe(request.Entries.Span)}]" : text;
        return request.MustSync ? text : $"{text} (no sync)";
    }

    private static bool IsPlain(Entry entry) => entry.Kind != EntryKind.Membership;

    private static string Describe(Entry first, Entry last) =>
        first.Kind == EntryKind.Membership ? $"{first.Index}@{first.Term}={MembershipEntry.Decode(first.Data).Membership}"
        : first == last ? $"{first.Index}@{first.Term}"
        : $"{first.Index}..{last.Index}@{first.Term}";
}
