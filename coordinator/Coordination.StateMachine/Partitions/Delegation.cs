namespace Coordination.StateMachine;

/// <summary>The keys of a prefix that a partition has given to another one.</summary>
/// <param name="Prefix">The prefix; not empty.</param>
/// <param name="Partition">Who has them now.</param>
/// <param name="Revision">The last revision at which they were here.</param>
/// <param name="Inner">
/// What of the prefix had been given away before, each with its own revision, sorted: it went along, and is the new owner's delegation now.
/// </param>
public sealed record Delegation(byte[] Prefix, uint Partition, long Revision, IReadOnlyList<Delegation> Inner)
{
    /// <summary>The keys with the prefix.</summary>
    public KeyRange Range { get; } = KeyRange.OfPrefix(Prefix);
}
