namespace Coordination.Raft;

/// <summary>How a read ended.</summary>
public enum ReadOutcome
{
    /// <summary>A read index was obtained.</summary>
    Confirmed,

    /// <summary>Leadership moved while the read waited. Nothing happened; the read may be begun again.</summary>
    LeaderChanged,
}
