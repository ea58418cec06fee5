using Coordination.Raft;

namespace Coordination.Replication;

/// <summary>
/// What a leader's log keeps for members that are sent a snapshot: the entries behind it. Without that, a member under load would have the
/// snapshot installed only to find the entries behind it gone, and be sent another, again and again. Used by the replica's loop alone.
/// </summary>
internal sealed class SnapshotHolds
{
    private readonly Dictionary<ReplicaId, LogIndex> _holds = [];

    /// <summary>The member gets a snapshot of at least this position, in place of an earlier one.</summary>
    public void Hold(ReplicaId peer, LogIndex snapshot) => _holds[peer] = snapshot;

    /// <summary>
    /// Where the log may be cut, at most at the target. Members that have caught up with that, or have gone, hold nothing.
    /// </summary>
    public LogIndex Limit(RaftStatus status, LogIndex target)
    {
        if (_holds.Count == 0)
        {
            return target;
        }

        var limit = target;
        foreach (var (id, snapshot) in _holds)
        {
            var peer = status.Peers.FirstOrDefault(peer => peer.Id == id);
            if (peer.IsRecentlyActive && peer.Match < target)
            {
                limit = LogIndex.Min(limit, LogIndex.Max(snapshot, peer.Match));
            }
            else
            {
                _holds.Remove(id);
            }
        }

        return limit;
    }
}
