namespace Coordination.Replication;

/// <summary>Tells streams how far their watchers are. Belongs to the hub's turn.</summary>
internal sealed class ProgressTable(FanOut fanOut)
{
    private readonly List<WatchStream> _owing = [];

    /// <summary>Answers a progress request now, or notes that an answer is owed: one for all requests until then.</summary>
    /// <param name="stream">Who asks.</param>
    /// <param name="processed">The revision up to which live events were told.</param>
    public void Request(WatchStream stream, long processed)
    {
        if (stream.Watchers.Count > 0 && stream.Watchers.IsCaughtUp(processed))
        {
            fanOut.Answer(stream, WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Progress, processed));
            return;
        }

        stream.Done();
        if (stream.Watchers.Count > 0 && !stream.Watchers.OwesProgress)
        {
            stream.Watchers.OwesProgress = true;
            _owing.Add(stream);
        }
    }

    /// <summary>Tells the quiet watchers of a stream that asked for it how far they are.</summary>
    /// <param name="stream">Whose time has come.</param>
    /// <param name="processed">The revision up to which live events were told.</param>
    public void Notify(WatchStream stream, long processed)
    {
        stream.Notified();
        bool mayTell = stream.Watchers.ToldRevision <= processed && !stream.Queue.IsFull;
        foreach (var watcher in stream.Watchers.All)
        {
            if (!watcher.Creation.ProgressNotify)
            {
                continue;
            }

            if (mayTell && watcher.IsQuiet && !watcher.IsLagging && watcher.Creation.StartRevision <= processed)
            {
                fanOut.Send(stream, watcher.Id, new WatchNotice(WatchNoticeKind.Progress, processed));
            }

            watcher.IsQuiet = true;
        }
    }

    /// <summary>Tells the progress that is owed and can be told by now.</summary>
    /// <param name="processed">The revision up to which live events were told.</param>
    public void Pay(long processed) => _owing.RemoveAll(stream => TryPay(stream, processed));

    /// <summary>False if it is owed still.</summary>
    private bool TryPay(WatchStream stream, long processed)
    {
        if (stream.Watchers.Count > 0)
        {
            if (!stream.Watchers.IsCaughtUp(processed))
            {
                return false;
            }

            fanOut.Send(stream, WatchNotice.NoWatcher, new WatchNotice(WatchNoticeKind.Progress, processed));
        }

        stream.Watchers.OwesProgress = false;
        return true;
    }
}
