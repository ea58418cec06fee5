namespace Coordination.Client;

/// <summary>
/// A write was sent and nobody knows whether it was done: the connection broke or time ran out before the answer. It may even be done
/// later. The client never repeats such a write by itself. To go on, read what is there, or write under a condition that makes doing it
/// twice harmless (a transaction on the key's revision).
/// </summary>
public sealed class OutcomeUnknownException : CoordinationException
{
    internal OutcomeUnknownException(string message, Exception? cause)
        : base(CoordinationError.OutcomeUnknown, message, cause)
    {
    }
}
