namespace Coordination.Server;

/// <summary>Why a connection ended before anybody took it.</summary>
internal enum DropReason
{
    /// <summary>The client closed it: a health check, or a test whether the port is open.</summary>
    ClientLeft,

    /// <summary>The client stayed silent for too long.</summary>
    Silent,

    /// <summary>Too many others were silent too, and this one was silent longest.</summary>
    Crowded,

    /// <summary>The node is stopping.</summary>
    Stopping,

    /// <summary>It speaks what nobody here listens to now: the silo starts, or stops.</summary>
    Refused,
}
