namespace Coordination.Recipes;

/// <summary>Who leads.</summary>
/// <param name="Candidate">The leader's key.</param>
/// <param name="Proposal">What the leader proclaimed last: an address, a name.</param>
/// <param name="Epoch">Larger than that of every leader before; the same as long as this one leads.</param>
/// <param name="Lease">The lease that the leadership hangs on.</param>
public sealed record Leader(Key Candidate, Value Proposal, FencingToken Epoch, LeaseId Lease)
{
    internal static Leader Of(KeyValue key) => new(key.Key, key.Value, new FencingToken(key.CreateRevision), key.Lease);
}
