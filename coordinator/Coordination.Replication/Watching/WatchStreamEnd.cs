namespace Coordination.Replication;

/// <summary>Why a <see cref="WatchStream"/> ended.</summary>
public enum WatchStreamEnd
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>Its owner closed it.</summary>
    Closed,

    /// <summary>The hub stopped.</summary>
    Stopped,
}
