namespace Coordination.Server;

/// <summary>Keeps a number of revisions: <c>--auto-compaction-mode=revision</c>. Looks every five minutes, as etcd does.</summary>
internal sealed class RevisionRetention(long revisions) : IRetentionPolicy
{
    private long _compacted;

    /// <inheritdoc/>
    public TimeSpan Interval { get; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public long? FindRevision(long revision, bool isLeader)
    {
        long target = revision - revisions;
        return isLeader && target > 0 && target != _compacted ? target : null;
    }

    /// <inheritdoc/>
    public void OnCompacted(long revision) => _compacted = revision;
}
