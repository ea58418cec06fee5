namespace Coordination.Client;

/// <summary>
/// An operation of the client failed. Unless it is an <see cref="OutcomeUnknownException"/>, the operation changed nothing.
/// </summary>
public abstract class CoordinationException : Exception
{
    private protected CoordinationException(CoordinationError error, string message, Exception? cause)
        : base(message, cause) => Error = error;

    /// <summary>Why it failed.</summary>
    public CoordinationError Error { get; }
}
