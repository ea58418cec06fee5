namespace Coordination.Raft.Tests;

/// <summary>Which messages a command means: <c>from=n1 to=n2,n3 kind=AppendRequest term=2 first=1</c>; all of them without options.</summary>
internal sealed class MessageFilter
{
    private readonly ReplicaId[] _from;
    private readonly ReplicaId[] _to;
    private readonly string[] _kinds;
    private readonly ulong? _term;
    private ulong _left;

    public MessageFilter(CommandLine command)
    {
        _from = command.IdsOption("from");
        _to = command.IdsOption("to");
        _kinds = command.Option("kind")?.Split(',') ?? [];
        _term = command.NumberOption("term");
        _left = command.NumberOption("first") ?? ulong.MaxValue;
        if (Array.Find(_kinds, kind => !Enum.TryParse<MessageKind>(kind, out _)) is { } unknown)
        {
            throw new ScenarioException($"'{unknown}' is no kind of message.");
        }
    }

    /// <summary>Whether the message is meant; counts it against <c>first</c> when it is.</summary>
    public bool Matches(Message message)
    {
        bool matches = _left > 0
            && (_from.Length == 0 || _from.Contains(message.From))
            && (_to.Length == 0 || _to.Contains(message.To))
            && (_kinds.Length == 0 || _kinds.Contains(message.Kind.ToString()))
            && (_term is null || _term == message.Term.Value);
        _left -= matches && _left != ulong.MaxValue ? 1UL : 0UL;
        return matches;
    }
}
