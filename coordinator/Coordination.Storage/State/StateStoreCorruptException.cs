namespace Coordination.Storage;

/// <summary>
/// A file of the state store does not hold what was written to it, or is missing. What was read before verified; the store must not be used
/// on.
/// </summary>
public sealed class StateStoreCorruptException : IOException
{
    private const string Remedy =
        "Restore this member from its peers: remove its data directory and add it again as a new member; or restore the cluster from a"
        + " backup.";

    /// <summary>Creates the exception without a description.</summary>
    public StateStoreCorruptException()
        : this("A file of the state store is damaged.")
    {
    }

    /// <summary>Creates the exception with a description.</summary>
    public StateStoreCorruptException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a description and what revealed it.</summary>
    public StateStoreCorruptException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a file or directory.</summary>
    internal StateStoreCorruptException(string path, string damage, Exception? innerException = null)
        : base($"{path}: the state store is damaged: {damage} {Remedy}", innerException) => Path = path;

    /// <summary>The damaged file; the store's directory when it is not known which.</summary>
    public string Path { get; } = string.Empty;
}
