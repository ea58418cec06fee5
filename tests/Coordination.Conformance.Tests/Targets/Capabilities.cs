namespace Coordination.Conformance.Tests;

/// <summary>
/// Where etcd's releases differ, by the release a target follows. A test asks for the difference by name and asserts exactly
/// what that release does; it never accepts both.
/// </summary>
public sealed record Capabilities(Version Release)
{
    /// <summary>Alarm responses carry a header.</summary>
    public bool AlarmResponseHasHeader => Since(3, 5);

    /// <summary>The compacted revision itself can be hashed.</summary>
    public bool HashesCompactedRevision => Since(3, 5);

    /// <summary>HashKV answers with the revision it hashed.</summary>
    public bool HashTellsRevision => Since(3, 6);

    /// <summary>A watcher with a negative start revision is refused; before, it started from now.</summary>
    public bool RefusesNegativeWatchStart => Since(3, 5);

    /// <summary>A progress request is answered only when every watcher of the stream has caught up; before, at once.</summary>
    public bool ProgressWaitsForWatchers => Since(3, 5);

    /// <summary>An unknown sort order or target is refused; before, it ended the server.</summary>
    public bool RefusesUnknownSort => Since(3, 6);

    /// <summary>Status tells the storage version and the space quota.</summary>
    public bool StatusTellsStorageAndQuota => Since(3, 6);

    /// <summary>Snapshot messages tell the storage version.</summary>
    public bool SnapshotTellsVersion => Since(3, 6);

    /// <summary>The flag of the watch progress interval has lost its "experimental".</summary>
    public bool HasStableProgressIntervalFlag => Since(3, 6);

    /// <summary>Whoever waited for a lock is refused if its lease has ended by then; before, it was given a key that was gone.</summary>
    public bool ChecksLeaseAfterLockWait => Since(3, 5);

    /// <summary>The HTTP health answer has a reason.</summary>
    public bool HealthTellsReason => Since(3, 5);

    /// <summary>
    /// The server says in a sentence what is wrong with its disk, directory or files, and ends; what is damaged it never serves. etcd
    /// panics, and reads parts of its database without a checksum.
    /// </summary>
    public bool GuardsItsFiles { get; init; }

    /// <summary>The current revision can be compacted without a crash taking it back when it was a deletion.</summary>
    public bool KeepsCompactedRevision => Since(3, 6);

    private bool Since(int major, int minor) => Release >= new Version(major, minor);
}
