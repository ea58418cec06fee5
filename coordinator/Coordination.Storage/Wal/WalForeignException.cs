namespace Coordination.Storage;

/// <summary>
/// The log is whole but not this node's to open: it belongs to another cluster or node, or was written in a format this version does not
/// know. Nothing was changed.
/// </summary>
public sealed class WalForeignException : IOException
{
    /// <summary>Creates the exception without a description.</summary>
    public WalForeignException()
        : this("The log belongs to another node.")
    {
    }

    /// <summary>Creates the exception with a sentence that names the file and both owners.</summary>
    public WalForeignException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence and its cause.</summary>
    public WalForeignException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
