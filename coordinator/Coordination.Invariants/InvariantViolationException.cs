namespace Coordination;

/// <summary>
/// Something that cannot happen did: a bug, or a disk or network that lied in a way that no check caught. The replica's state can no
/// longer be trusted; its owner must stop the replica and must not call it again.
/// </summary>
public sealed class InvariantViolationException : Exception
{
    /// <summary>Creates the exception without a description.</summary>
    public InvariantViolationException()
        : this("An invariant does not hold.")
    {
    }

    /// <summary>Creates the exception with the broken rule and the values that broke it.</summary>
    public InvariantViolationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with the broken rule and what revealed it.</summary>
    public InvariantViolationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
