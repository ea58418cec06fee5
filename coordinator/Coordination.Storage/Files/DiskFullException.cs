namespace Coordination.Storage;

/// <summary>There is no space left on the disk, or a quota is used up. What was written before stays readable.</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>Creates the exception without a description.</summary>
    public DiskFullException()
        : this("No space is left on the disk.")
    {
    }

    /// <summary>Creates the exception with a sentence that names the path.</summary>
    public DiskFullException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a sentence that names the path, and the system's own error.</summary>
    public DiskFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
