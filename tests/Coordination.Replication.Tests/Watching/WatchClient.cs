using System.Text;

namespace Coordination.Replication.Tests;

/// <summary>Reads a stream one response at a time.</summary>
internal sealed class WatchClient(WatchStream stream) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private ReadOnlyMemory<WatchDelivery> _taken;

    public WatchStream Stream => stream;

    /// <summary>Asks for a watcher and answers its id; the answer must be the next response.</summary>
    public async Task<long> CreateAsync(WatchCreation creation)
    {
        await stream.CreateAsync(creation, TestContext.Current.CancellationToken);
        var created = await NextAsync();
        Assert.Equal(WatchNoticeKind.Created, created.Notice.Kind);
        return created.WatchId;
    }

    public async Task SendAsync(WatchCreation creation) => await stream.CreateAsync(creation, TestContext.Current.CancellationToken);

    public async Task CancelAsync(long watchId) => await stream.CancelAsync(watchId, TestContext.Current.CancellationToken);

    public async Task AskProgressAsync() => await stream.RequestProgressAsync(TestContext.Current.CancellationToken);

    /// <summary>The next response, as soon as there is one.</summary>
    public async Task<WatchDelivery> NextAsync()
    {
        Assert.True(await TryTakeAsync(), "The stream has ended.");
        var next = _taken.Span[0];
        _taken = _taken[1..];
        return next;
    }

    /// <summary>The next response, in short: the watcher, what it is and the lines of its events.</summary>
    public async Task<string> SayAsync() => Say(await NextAsync());

    /// <summary>The revisions of the next so many events.</summary>
    public async Task<List<long>> RevisionsAsync(int count)
    {
        var revisions = new List<long>();
        while (revisions.Count < count)
        {
            var next = await NextAsync();
            Assert.Equal(WatchNoticeKind.Events, next.Notice.Kind);
            revisions.AddRange(LinesOf(next).Select(RevisionOf));
        }

        return revisions;
    }

    /// <summary>Whether there is more, as soon as that is known.</summary>
    public async Task<bool> TryTakeAsync()
    {
        if (_taken.IsEmpty)
        {
            _taken = await stream.TakeAsync().AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken);
        }

        return !_taken.IsEmpty;
    }

    public static string[] LinesOf(WatchDelivery delivery) =>
        Encoding.UTF8.GetString(delivery.Notice.Events.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static long RevisionOf(string line) => long.Parse(line.AsSpan(0, line.IndexOf(' ')), null);

    public void Dispose() => stream.Dispose();

    private static string Say(WatchDelivery delivery)
    {
        var notice = delivery.Notice;
        string detail = notice.Kind switch
        {
            WatchNoticeKind.Events => $"{(notice.IsFragment ? "part " : "")}[{string.Join(", ", LinesOf(delivery))}]",
            WatchNoticeKind.Refused => $"refused {notice.Refusal}",
            WatchNoticeKind.Compacted => $"compacted {notice.CompactRevision}",
            _ => $"{notice.Kind}".ToLowerInvariant(),
        };
        return $"{delivery.WatchId} @{notice.Revision} {detail}";
    }
}
