namespace Coordination.Server;

/// <summary>A node cannot start. The message is a sentence for the person who started it: what is wrong, where, and what to do.</summary>
public sealed class NodeStartException : Exception
{
    /// <summary>Creates the exception without a description.</summary>
    public NodeStartException()
        : this("The node cannot start.")
    {
    }

    /// <summary>Creates the exception with its sentence.</summary>
    public NodeStartException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its sentence and its cause.</summary>
    public NodeStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
