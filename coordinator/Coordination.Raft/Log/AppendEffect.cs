namespace Coordination.Raft;

/// <summary>What a leader's entries did to the log besides making it longer.</summary>
[Flags]
internal enum AppendEffect
{
    None = 0,

    /// <summary>Entries that were there had to go.</summary>
    Truncated = 1,

    /// <summary>Another membership counts now.</summary>
    MembershipChanged = 2,
}
