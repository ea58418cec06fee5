namespace Coordination.Server;

/// <summary>Decides what automatic compaction gives up. Asked at its interval, one question at a time.</summary>
internal interface IRetentionPolicy
{
    /// <summary>How often to ask.</summary>
    TimeSpan Interval { get; }

    /// <summary>The revision to compact to now, or null for none.</summary>
    /// <param name="revision">The current revision.</param>
    /// <param name="isLeader">Whether anything will be done with the answer.</param>
    long? FindRevision(long revision, bool isLeader);

    /// <summary>What was asked for has been compacted.</summary>
    void OnCompacted(long revision);
}
