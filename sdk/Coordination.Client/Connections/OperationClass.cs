namespace Coordination.Client;

/// <summary>What may be done when a call of an operation fails without an answer.</summary>
internal enum OperationClass
{
    /// <summary>Doing it twice is as good as once: it is repeated on the next endpoint.</summary>
    Repeatable,

    /// <summary>It is repeated only when it certainly was not done; else the caller has to be told that nobody knows.</summary>
    Write,
}
