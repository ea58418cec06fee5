namespace Coordination.Client;

/// <summary>Why an operation failed.</summary>
public enum CoordinationError
{
    /// <summary>The server failed in a way that has no name here; see the message.</summary>
    Failed = 0,

    /// <summary>The request makes no sense to the server: no key, a key twice in a transaction, too large.</summary>
    InvalidRequest = 1,

    /// <summary>The revision asked for has been compacted.</summary>
    Compacted = 2,

    /// <summary>The revision asked for does not exist yet.</summary>
    FutureRevision = 3,

    /// <summary>There is no such lease: it never was, expired, or was revoked.</summary>
    LeaseNotFound = 4,

    /// <summary>A lease of that id exists already.</summary>
    LeaseExists = 5,

    /// <summary>The store is full, until history is compacted or keys are deleted, and the alarm is disarmed.</summary>
    QuotaExceeded = 6,

    /// <summary>The user may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>The server wants to know who asks, or does not believe it.</summary>
    Unauthenticated = 8,

    /// <summary>The server does not have this operation, or not in its present state.</summary>
    NotSupported = 9,

    /// <summary>No server could be reached, or none could serve, in time. Nothing was changed.</summary>
    Unavailable = 10,

    /// <summary>The connection broke, or time ran out, while a write was under way: it may have been done, or may be done yet.</summary>
    OutcomeUnknown = 11,
}
