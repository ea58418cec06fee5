using System.Runtime.CompilerServices;

namespace Coordination.Client;

/// <summary>
/// The keys of a range in this process, kept up to date by a watch. <see cref="Current"/> is there at once and may be behind the store by
/// however long the way to it is, or the connection is broken. Who needs more says what: <see cref="WaitForRevisionAsync"/> for the effect
/// of a write whose revision is known, <see cref="ReadLatestAsync"/> for that of everything acknowledged before. Time never goes back: the
/// revisions of successive snapshots rise.
/// <para>
/// The cache lives through broken connections, servers that restart, and compactions of what it has not seen: it reads the range again
/// then, and shows how it differs. It ends when it or its client is disposed, and when the server refuses to let it watch; see
/// <see cref="Completion"/>. Any thread.
/// </para>
/// </summary>
/// <example><code>
/// await using KeyCache services = await client.OpenCacheAsync(KeyRange.Prefix("services/"));
/// KeyValue? web = services.Current.Find("services/web");
/// </code></example>
public sealed class KeyCache : IAsyncDisposable
{
    private static readonly TimeSpan ReloadDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AskDelayMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AskDelayMax = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly KeyValueClient _keyValues;
    private readonly WatchClient _watches;
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly CacheStates _states;
    private int _disposals;

    private KeyCache(KeyValueClient keyValues, WatchClient watches, Telemetry telemetry, KeyRange range, CacheSnapshot first)
    {
        _keyValues = keyValues;
        _watches = watches;
        _telemetry = telemetry;
        _time = telemetry.Time;
        _states = new CacheStates(first);
        Range = range;
        Completion = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>The keys that it has.</summary>
    public KeyRange Range { get; }

    /// <summary>The latest state that is known here.</summary>
    public CacheSnapshot Current => _states.Current.Snapshot;

    /// <summary>
    /// Ends when the cache does: with success when it, or its client, was disposed, else with the server's refusal.
    /// <see cref="Current"/> stays as it was then.
    /// </summary>
    public Task Completion { get; }

    /// <summary>
    /// Waits until the cache shows a revision of the store, such as the one that a write made, or a later one. When the watch does not
    /// bring it soon, because it changed other keys, the store is asked as by <see cref="ReadLatestAsync"/>. A revision that does not exist
    /// yet is waited for.
    /// </summary>
    /// <param name="revision">The revision.</param>
    /// <param name="cancellationToken">Ends the wait, which has no limit of its own: nothing may be served for as long as it takes.</param>
    /// <exception cref="RequestRefusedException">The server refused to let the cache watch.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed before.</exception>
    public async Task<CacheSnapshot> WaitForRevisionAsync(long revision, CancellationToken cancellationToken = default)
    {
        var delay = AskDelayMin;
        while (true)
        {
            var state = _states.Current;
            if (state.Snapshot.Revision >= revision)
            {
                return state.Snapshot;
            }

            try
            {
                await state.NextAsync(cancellationToken).WaitAsync(delay, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                delay = delay * 2 < AskDelayMax ? delay * 2 : AskDelayMax;
                await TryReadLatestAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// A linearizable read: waits until the cache shows every change acknowledged before this was called. Asks the store for its revision
    /// and for which key of the range changed last, and waits for the watch to bring that. No values cross the network, but servers may
    /// have to look at all keys of the range.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the watch, which has no limit of its own.</param>
    /// <exception cref="UnavailableException">No server could say how far the store is.</exception>
    /// <exception cref="RequestRefusedException">The server refused to let the cache read or watch.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed before.</exception>
    public async Task<CacheSnapshot> ReadLatestAsync(CancellationToken cancellationToken = default)
    {
        var store = await _keyValues.GetRangeAsync(
            Range,
            new RangeOptions { Limit = 1, SortBy = SortBy.ModRevision, Descending = true, Read = new ReadOptions { KeysOnly = true } },
            cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var state = _states.Current;
            if (_states.FindCaughtUp(store) is { } snapshot)
            {
                return snapshot;
            }

            await state.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Every step of the cache, for as long as the program goes through them. To a reader that is slower than the changes, several steps
    /// are one: it sees how the state differs from what it saw last, and nothing piles up.
    /// </summary>
    /// <param name="since">The state that the program has seen; null for the one at the time of the first step.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RequestRefusedException">The server refused to let the cache watch.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public async IAsyncEnumerable<CacheUpdate> UpdatesAsync(
        CacheSnapshot? since = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = since ?? Current;
        while (true)
        {
            var state = _states.Current;
            var changes = state.Since(seen);
            seen = state.Snapshot;
            if (changes.Count > 0)
            {
                yield return new CacheUpdate(state.Snapshot, changes);
            }

            await state.NextAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the watch. Snapshots stay readable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref _disposals) > 1)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>A cache that shows the present state of the range when this returns.</summary>
    internal static async Task<KeyCache> OpenAsync(
        KeyValueClient keyValues, WatchClient watches, Telemetry telemetry, KeyRange range, CancellationToken cancellationToken)
    {
        var first = await LoadAsync(keyValues, range, telemetry.Time, cancellationToken).ConfigureAwait(false);
        return new KeyCache(keyValues, watches, telemetry, range, first);
    }

    private static async Task<CacheSnapshot> LoadAsync(
        KeyValueClient keyValues, KeyRange range, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                List<KeyValue> keys = [];
                var revision = 0L;
                await foreach (var page in keyValues.GetPagesAsync(range, cancellationToken: cancellationToken).ConfigureAwait(false))
                {
                    keys.AddRange(page.KeyValues);
                    revision = page.SnapshotRevision;
                }

                return CacheSnapshot.Of(keys, revision);
            }
            catch (CompactedException)
            {
                // Between two pages: all of them once more, at a later revision.
                await Task.Delay(ReloadDelay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TryReadLatestAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReadLatestAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (UnavailableException)
        {
            // Servers come back; whoever waits has the token to end it.
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await FollowAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception end) when (end is ObjectDisposedException || cancellationToken.IsCancellationRequested)
        {
            _states.End(new ObjectDisposedException(nameof(KeyCache)));
        }
        catch (Exception end)
        {
            // Whoever waits for the next state is told that there is none.
            _states.End(end);
            throw;
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var options = new WatchOptions { StartRevision = Current.Revision + 1, ShowsProgress = true };
                await foreach (var batch in _watches.WatchRangeAsync(Range, options, cancellationToken).ConfigureAwait(false))
                {
                    _states.Apply(batch);
                }
            }
            catch (CompactedException)
            {
                await ReloadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var loaded = await LoadAsync(_keyValues, Range, _time, cancellationToken).ConfigureAwait(false);
                _states.Replace(loaded);
                _telemetry.CacheReloaded(loaded.Revision);
                return;
            }
            catch (UnavailableException)
            {
                await Task.Delay(ReloadDelay, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
