namespace Coordination.Server;

/// <summary>Why a connection ended before it said what it speaks.</summary>
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
}
