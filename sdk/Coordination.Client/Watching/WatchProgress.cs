namespace Coordination.Client;

/// <summary>
/// Where one watch is: puts the parts of responses together, splits them into revisions, leaves out what was shown before, and knows the
/// revision to go on from. Belongs to the loop of its watch.
/// </summary>
internal sealed class WatchProgress(KeyPrefix prefix, long startRevision)
{
    private readonly List<WatchEvent> _events = [];
    private long _revision;

    /// <summary>
    /// The first revision that has not been shown completely; 0 while not known, since the watch begins with whatever comes.
    /// </summary>
    public long NextRevision { get; private set; } = startRevision;

    /// <summary>A new stream goes on from <see cref="NextRevision"/>: what there was of a revision comes again, whole.</summary>
    public void Restart() => _events.Clear();

    /// <summary>The server made the watch when the store was at a revision.</summary>
    public void Created(long revision)
    {
        if (NextRevision == 0)
        {
            NextRevision = revision + 1;
        }
    }

    /// <summary>The revisions that a response completes.</summary>
    public IEnumerable<WatchBatch> Accept(Etcd.WatchResponse response)
    {
        foreach (var change in response.Events)
        {
            if (change.Kv.ModRevision < NextRevision)
            {
                // Shown before: a server may begin earlier than it was asked to.
                continue;
            }

            if (_events.Count > 0 && change.Kv.ModRevision != _revision)
            {
                yield return Complete();
            }

            _revision = change.Kv.ModRevision;
            _events.Add(Translate(change));
        }

        if (response.Fragment)
        {
            // The rest of the last revision may be in the next part.
            yield break;
        }

        if (_events.Count > 0)
        {
            yield return Complete();
        }

        if (response.Events.Count == 0 && response.Header.Revision >= NextRevision)
        {
            // A notice of progress: the server has sent everything up to here.
            NextRevision = response.Header.Revision + 1;
        }
    }

    private WatchBatch Complete()
    {
        var batch = new WatchBatch(_revision, [.. _events]);
        _events.Clear();
        NextRevision = _revision + 1;
        return batch;
    }

    private WatchEvent Translate(Etcd.Event change) => new(
        (WatchEventKind)change.Type,
        Translation.KeyValue(prefix, change.Kv),
        change.PrevKv is null ? null : Translation.KeyValue(prefix, change.PrevKv));
}
