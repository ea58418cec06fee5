namespace Coordination.Silo;

/// <summary>This node's own silo does not run at the moment: it starts, is built anew, or stops.</summary>
public sealed class SiloUnavailableException : Exception
{
    /// <summary>With a default message.</summary>
    public SiloUnavailableException()
        : this("The silo of this node does not run at the moment.")
    {
    }

    /// <summary>With a message of its own.</summary>
    public SiloUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a message of its own, and what it led from.</summary>
    public SiloUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
