namespace Coordination.Storage;

/// <summary>A snapshot file does not hold what was written to it. It is of no use; nothing of it was handed out beyond what verified.</summary>
public sealed class SnapshotCorruptException : IOException
{
    private const string Remedy =
        "Remove the file if a newer snapshot of the partition exists; otherwise restore this member from its peers: remove its data directory"
        + " and add it again as a new member.";

    /// <summary>Creates the exception without a description.</summary>
    public SnapshotCorruptException()
        : this("A snapshot file is damaged.")
    {
    }

    /// <summary>Creates the exception with a description.</summary>
    public SnapshotCorruptException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a description and what revealed it.</summary>
    public SnapshotCorruptException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a place in a file.</summary>
    internal SnapshotCorruptException(string path, long offset, string damage, Exception? innerException = null)
        : base($"{path}: the snapshot is damaged at byte {offset}: {damage} {Remedy}", innerException)
    {
        Path = path;
        Offset = offset;
    }

    /// <summary>The damaged file.</summary>
    public string Path { get; } = string.Empty;

    /// <summary>Where in the file, in bytes.</summary>
    public long Offset { get; }
}
