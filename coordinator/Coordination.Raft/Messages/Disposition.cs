namespace Coordination.Raft;

/// <summary>What a replica does with a message of its own term.</summary>
internal enum Disposition : byte
{
    /// <summary>No decision was written down: start-up fails.</summary>
    Undecided = 0,

    /// <summary>The role acts on it.</summary>
    Handle,

    /// <summary>It comes late, or too often; nothing to do.</summary>
    Ignore,

    /// <summary>It cannot exist unless something is broken: the replica stops.</summary>
    Impossible,
}
