namespace Coordination.Client;

/// <summary>Why a lease session ended.</summary>
public enum LeaseLossCause
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>No renewal succeeded in time: the server may take the lease away from now on.</summary>
    NotRenewedInTime = 1,

    /// <summary>The server says that there is no such lease any more: it expired, or somebody revoked it.</summary>
    GoneAtServer = 2,

    /// <summary>The session, or its client, was disposed.</summary>
    Disposed = 3,
}
