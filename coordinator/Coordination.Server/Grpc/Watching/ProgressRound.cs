namespace Coordination.Server;

/// <summary>
/// A question to several partitions how far their watches are. Their revisions have nothing to do with each other, so the answer is the
/// smallest: whoever begins again after it, on whatever keys, misses nothing.
/// </summary>
internal sealed class ProgressRound(IEnumerable<WatchLane> lanes)
{
    private readonly HashSet<WatchLane> _left = [.. lanes];
    private long _smallest = long.MaxValue;

    /// <summary>Whether it was asked again meanwhile: a later answer is due.</summary>
    public bool IsRepeated { get; private set; }

    public void Repeat() => IsRepeated = true;

    /// <summary>A partition has answered; the answer to all when it was the last one.</summary>
    public long? Note(WatchLane lane, long revision)
    {
        if (_left.Remove(lane))
        {
            _smallest = Math.Min(_smallest, revision);
        }

        return _left.Count == 0 ? _smallest : null;
    }
}
