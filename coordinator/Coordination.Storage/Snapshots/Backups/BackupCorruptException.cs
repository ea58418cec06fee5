namespace Coordination.Storage;

/// <summary>A file is no backup, or not what was backed up. Nothing of it was restored.</summary>
public sealed class BackupCorruptException : IOException
{
    /// <summary>Creates the exception without a description.</summary>
    public BackupCorruptException()
        : this("A backup is damaged.")
    {
    }

    /// <summary>Creates the exception with a description.</summary>
    public BackupCorruptException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a description and what revealed it.</summary>
    public BackupCorruptException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
