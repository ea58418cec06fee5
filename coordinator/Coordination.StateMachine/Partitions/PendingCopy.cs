namespace Coordination.StateMachine;

/// <summary>Keys that were given away and whose new owner may not have all of them yet: their history here is kept until it has.</summary>
/// <param name="Prefix">Their prefix.</param>
/// <param name="Partition">The new owner.</param>
/// <param name="Revision">They are copied as they were at this revision.</param>
public sealed record PendingCopy(byte[] Prefix, uint Partition, long Revision);
