namespace Coordination.Raft;

/// <summary>What an <see cref="Entry"/> carries. The numbers are part of the disk and wire formats.</summary>
public enum EntryKind : byte
{
    /// <summary>Nothing: the entry that a new leader appends to commit what earlier terms left behind (Raft paper, section 8).</summary>
    Empty = 0,

    /// <summary>A command for the state machine, opaque to the core.</summary>
    Command = 1,

    /// <summary>The membership that holds from this entry on, as <see cref="MembershipEntry"/> encodes it.</summary>
    Membership = 2,
}
