namespace Coordination.Conformance.Tests;

/// <summary>
/// Watches every key while a round's load runs. What it saw cannot be undone by a crash, and a compaction up to there hides nothing
/// from the comparison. A revision comes in one response, so that what was seen of it is all of it.
/// </summary>
public sealed class Observer : IDisposable
{
    private readonly WatchStream _stream;
    private readonly SortedDictionary<long, IReadOnlyList<Event>> _seen = [];
    private long _revision;

    private Observer(WatchStream stream, long from)
    {
        _stream = stream;
        _revision = from;
    }

    /// <summary>The last revision seen, while it watches.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>What was seen, when it has ended.</summary>
    public IReadOnlyDictionary<long, IReadOnlyList<Event>> Seen => _seen;

    public static async Task<Observer> Start(Connection calls, long after)
    {
        var stream = calls.Watch();
        await stream.Watch(EveryKey(after + 1));
        return new Observer(stream, after);
    }

    public static WatchCreateRequest EveryKey(long from) =>
        new() { Key = Bytes.Zero, RangeEnd = Bytes.Zero, StartRevision = from, PrevKv = true };

    public async Task Run(Ledger ledger)
    {
        try
        {
            while (true)
            {
                var response = await _stream.Next();
                Assert.False(response.Canceled, $"The observer was cancelled: {response.CancelReason}");
                foreach (var revision in response.Events.GroupBy(change => change.Kv.ModRevision))
                {
                    Assert.True(_seen.TryAdd(revision.Key, [.. revision]), $"Revision {revision.Key} came in pieces, or twice.");
                    Interlocked.Exchange(ref _revision, revision.Key);
                }
            }
        }
        catch (RpcException) when (ledger.IsKilled)
        {
            // The end of the round.
        }
    }

    public void Dispose() => _stream.Dispose();
}
