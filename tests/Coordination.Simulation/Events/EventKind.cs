namespace Coordination.Simulation;

/// <summary>What happens at a moment of simulated time. Processing one event is one step.</summary>
internal enum EventKind : byte
{
    /// <summary>A node's clock ticks: each of its replicas gets a tick.</summary>
    Tick,

    /// <summary>A message reaches a node.</summary>
    Deliver,

    /// <summary>A snapshot, bytes and announcement, reaches a node completely.</summary>
    DeliverSnapshot,

    /// <summary>The transfer of a snapshot broke: the sending replica is told.</summary>
    SnapshotTransferFailed,

    /// <summary>The transfer of a snapshot is complete: the sending replica is told.</summary>
    SnapshotTransferDone,

    /// <summary>The transport tells a replica that messages to a peer were lost.</summary>
    PeerUnreachable,

    /// <summary>A node's log writes what is buffered as one batch.</summary>
    WriteBatch,

    /// <summary>A node's log finishes a sync.</summary>
    SyncBatch,

    /// <summary>A replica's state machine installs a received snapshot durably.</summary>
    InstallSnapshot,

    /// <summary>A replica applies the committed entries that wait.</summary>
    Apply,

    /// <summary>A node's state machines flush, and its logs are compacted.</summary>
    Flush,

    /// <summary>A replica finished (or failed) a snapshot that a follower needs.</summary>
    SnapshotMade,

    /// <summary>A thread of a production node would run something: a pass, work that blocks, a timer, an answer from the network.</summary>
    Run,

    /// <summary>A client does something.</summary>
    Client,

    /// <summary>The operator looks after a partition's membership.</summary>
    Operator,

    /// <summary>A fault begins.</summary>
    Fault,

    /// <summary>Links are cut.</summary>
    CutLinks,

    /// <summary>Cut links are mended.</summary>
    MendLinks,

    /// <summary>A burst of loss ends.</summary>
    EndLossBurst,

    /// <summary>A node's disk gets space and speed back.</summary>
    EndDiskFault,

    /// <summary>A node that is down starts.</summary>
    Restart,

    /// <summary>The failure detector wakes sleeping groups.</summary>
    Wake,

    /// <summary>Replicas hear, truly or not, that the process of their leader has ended.</summary>
    LeaderGone,

    /// <summary>The liveness phase looks whether everything is well.</summary>
    LivenessCheck,
}
