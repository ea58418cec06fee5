namespace Coordination.Silo;

/// <summary>
/// The cluster table has no quorum, so nobody knows what is in it. Never to be taken for an empty table: a silo that believes itself
/// alone would place what others run already.
/// </summary>
public sealed class ClusterTableUnavailableException : Exception
{
    /// <summary>With a default message.</summary>
    public ClusterTableUnavailableException()
        : this("The cluster's table has no quorum.")
    {
    }

    /// <summary>With what is known of the reason.</summary>
    public ClusterTableUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With what is known of the reason, and what it led from.</summary>
    public ClusterTableUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
