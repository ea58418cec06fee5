namespace Coordination.Simulation;

/// <summary>What a simulated disk can be told to fail at, and counts.</summary>
public enum FileOperation
{
    /// <summary>Opening or creating a file.</summary>
    Open,

    /// <summary>Reading from a file.</summary>
    Read,

    /// <summary>Writing to a file.</summary>
    Write,

    /// <summary>Reserving space.</summary>
    Preallocate,

    /// <summary>Syncing a file's data.</summary>
    SyncData,

    /// <summary>Syncing a file with its metadata.</summary>
    SyncAll,

    /// <summary>Cutting a file.</summary>
    Truncate,

    /// <summary>Renaming a file.</summary>
    Rename,

    /// <summary>Deleting a file.</summary>
    Delete,

    /// <summary>Syncing a directory.</summary>
    SyncDirectory,
}
