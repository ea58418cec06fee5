namespace Coordination.StateMachine;

/// <summary>Why a command, or a read, was refused. Nothing was changed then, on any replica.</summary>
public enum ApplyError
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>A put that keeps value or lease found no key.</summary>
    KeyNotFound,

    /// <summary>The lease does not exist.</summary>
    LeaseNotFound,

    /// <summary>The lease exists already.</summary>
    LeaseExists,

    /// <summary>The revision is compacted away.</summary>
    Compacted,

    /// <summary>The revision has not happened yet.</summary>
    FutureRevision,

    /// <summary>The alarm <see cref="AlarmKind.NoSpace"/> is on.</summary>
    NoSpace,

    /// <summary>The alarm <see cref="AlarmKind.Corrupt"/> is on.</summary>
    Corrupt,

    /// <summary>The partition does not serve some key that was named: another one does, or will soon.</summary>
    WrongPartition,

    /// <summary>A chunk of received keys is not the next one.</summary>
    WrongChunk,

    /// <summary>A partition that is to retire still has keys, or keys that are still to be copied.</summary>
    NotEmpty,

    /// <summary>A lease was revoked after the shadow of it was allowed.</summary>
    LeaseSuperseded,
}
