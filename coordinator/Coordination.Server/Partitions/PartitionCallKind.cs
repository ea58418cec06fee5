namespace Coordination.Server;

/// <summary>What one member asks another about a partition. The numbers are part of the peer protocol.</summary>
internal enum PartitionCallKind : byte
{
    /// <summary>A range.</summary>
    Range = 1,

    /// <summary>A put.</summary>
    Put = 2,

    /// <summary>A deletion.</summary>
    DeleteRange = 3,

    /// <summary>A transaction.</summary>
    Txn = 4,

    /// <summary>A command of the state machine.</summary>
    Command = 5,

    /// <summary>The keys of a lease.</summary>
    LeaseKeys = 6,

    /// <summary>How far a new partition is with taking over its keys.</summary>
    MoveProgress = 7,
}
