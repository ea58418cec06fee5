using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>The one-line form of everything that scenarios show. A position is written index@term.</summary>
internal static class MessageFormatter
{
    public static string Format(Message message) =>
        $"{Names.Of(message.From)} -> {Names.Of(message.To)} {message.Kind} term={message.Term}{FormatBody(message)}";

    public static string Format(Entry entry) => entry.Kind switch
    {
        EntryKind.Empty => $"{entry.Index}@{entry.Term}",
        EntryKind.Command => $"{entry.Index}@{entry.Term}:\"{FormatCommand(entry.Data)}\"",
        EntryKind.Membership => $"{entry.Index}@{entry.Term}:{MembershipEntry.Decode(entry.Data).Membership}",
        _ => throw new ScenarioException($"{entry} is of no known kind."),
    };

    public static string Format(ReadOnlyMemory<Entry> entries) => FormatAll(entries.ToArray());

    public static string FormatAll(IEnumerable<Entry> entries) => $"[{string.Join(' ', entries.Select(Format))}]";

    public static string Format(SnapshotMetadata snapshot) => $"{snapshot.Index}@{snapshot.Term} {snapshot.Membership}";

    public static string Format(RaftEvent happened)
    {
        string index = happened.Index.IsSome ? $" index={happened.Index}" : "";
        string peer = happened.Peer.IsSome ? $" peer={Names.Of(happened.Peer)}" : "";
        return $"{happened.Kind} term={happened.Term}{index}{peer}";
    }

    public static string Format(PersistRequest request)
    {
        var text = new StringBuilder($"#{request.Sequence}");
        if (request.HardState is { } state)
        {
            text.Append($" term={state.Term} vote={Names.Of(state.Vote)} commit={state.Commit}");
        }

        if (request.Snapshot is { } snapshot)
        {
            text.Append($" snapshot={Format(snapshot)}");
        }

        if (!request.Entries.IsEmpty)
        {
            text.Append($" entries={Format(request.Entries)}");
        }

        return text.Append(request.MustSync ? "" : " (no sync)").ToString();
    }

    public static string Format(ReadResult read) =>
        read.Outcome == ReadOutcome.Confirmed ? $"{read.Id} confirmed at {read.Index}" : $"{read.Id} given up: {read.Outcome}";

    private static string FormatBody(Message message) => message switch
    {
        PreVoteRequest m => $" last={m.LastIndex}@{m.LastTerm}",
        PreVoteResponse m => $" for={m.RequestTerm} {FormatGranted(m.Granted)}",
        VoteRequest m => $" last={m.LastIndex}@{m.LastTerm} cause={m.Cause}",
        VoteResponse m => $" {FormatGranted(m.Granted)}",
        AppendRequest m => $" previous={m.PreviousIndex}@{m.PreviousTerm} commit={m.Commit} entries={Format(m.Entries)}",
        AppendAccepted m => $" match={m.MatchIndex}",
        AppendRejected m => $" previous={m.PreviousIndex} hint={m.HintIndex}@{m.HintTerm}",
        HeartbeatRequest m => $" commit={m.Commit} round={m.Round}",
        HeartbeatResponse m => $" round={m.Round}",
        InstallSnapshot m => $" snapshot={Format(m.Snapshot)}",
        ReadIndexRequest m => $" batch={m.Batch.Incarnation}/{m.Batch.Sequence}",
        ReadIndexResponse m => $" batch={m.Batch.Incarnation}/{m.Batch.Sequence} index={m.Index}",
        Quiesce m => $" last={m.LastIndex}@{m.LastTerm}",
        TimeoutNow or TermNotice => "",
        _ => throw new ScenarioException($"{message.GetType().Name} is of no known kind."),
    };

    private static string FormatGranted(bool granted) => granted ? "granted" : "refused";

    /// <summary>Long commands only serve to fill limits: their size says enough.</summary>
    private static string FormatCommand(ReadOnlyMemory<byte> data) =>
        data.Length <= 16 ? Encoding.UTF8.GetString(data.Span) : $"{data.Length} bytes";
}
