namespace Coordination.Storage;

/// <summary>What a backup is of.</summary>
/// <param name="ClusterId">The cluster that it was taken from.</param>
/// <param name="MemberId">The member that it was taken from.</param>
/// <param name="Revision">The store's revision, as it was at least.</param>
public sealed record BackupOrigin(ulong ClusterId, ulong MemberId, long Revision);

/// <summary>What a backup begins with.</summary>
/// <param name="Origin">What it is of.</param>
/// <param name="Files">The files in it, in the order in which their content follows.</param>
public sealed record BackupHeader(BackupOrigin Origin, IReadOnlyList<BackupFile> Files);

/// <summary>A file in a backup.</summary>
/// <param name="Name">Its name, without any directory.</param>
/// <param name="Length">Its size in bytes.</param>
public readonly record struct BackupFile(string Name, long Length);
