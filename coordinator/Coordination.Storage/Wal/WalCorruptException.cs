namespace Coordination.Storage;

/// <summary>
/// A file of the log does not hold what was written to it: a sector rotted, a file was cut, removed or changed from outside, or the disk
/// lost what it had confirmed. The log cannot say what is missing, so it is not opened.
/// </summary>
public sealed class WalCorruptException : IOException
{
    private const string Remedy =
        "Entries that this member acknowledged may be lost, so it must not go on with this log. Restore it from its peers: remove its data"
        + " directory and add it again as a new member; or restore the cluster from a backup.";

    /// <summary>Creates the exception without a description.</summary>
    public WalCorruptException()
        : this("A file of the log is damaged.")
    {
    }

    /// <summary>Creates the exception with a description.</summary>
    public WalCorruptException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a description and what revealed it.</summary>
    public WalCorruptException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a place in a file.</summary>
    internal WalCorruptException(string path, long offset, ulong batch, string damage, Exception? innerException = null)
        : base($"{path}: damaged at byte {offset}, in batch {batch}: {damage} {Remedy}", innerException)
    {
        Path = path;
        Offset = offset;
        Batch = batch;
    }

    /// <summary>The damaged file.</summary>
    public string Path { get; } = string.Empty;

    /// <summary>Where in the file, in bytes.</summary>
    public long Offset { get; }

    /// <summary>The batch that was expected there; 0 when the segment header is damaged.</summary>
    public ulong Batch { get; }
}
