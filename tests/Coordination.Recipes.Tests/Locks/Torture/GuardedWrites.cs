using System.Globalization;

namespace Coordination.Recipes.Tests;

/// <summary>The writes to a key in the store that were made under the lock, in the order in which the store did them.</summary>
internal sealed class GuardedWrites(CoordinationNamespace store)
{
    private readonly HashSet<(long Token, int Worker)> _writers = [];
    private long _latest;

    /// <summary>Follows the writes until there is one with the last token, and checks that no holder wrote after the next.</summary>
    public async Task FollowTo(long revision, long lastToken, CancellationToken cancellationToken)
    {
        var options = new WatchOptions { StartRevision = revision };
        await foreach (var batch in store.Watches.WatchAsync("torture/resource", options, cancellationToken))
        {
            foreach (var written in batch.Events.Where(change => change.Kind == WatchEventKind.Put).Select(change => change.KeyValue))
            {
                var parts = written.Value.ToString().Split(' ');
                var token = long.Parse(parts[0], CultureInfo.InvariantCulture);
                Assert.True(token >= _latest, $"Holder {token} wrote at revision {written.ModRevision}, after holder {_latest}.");
                _latest = token;
                _writers.Add((token, int.Parse(parts[1], CultureInfo.InvariantCulture)));
            }

            if (_latest >= lastToken)
            {
                return;
            }
        }
    }

    /// <summary>Whether a write of that holder is there.</summary>
    public bool Has(WorkerLine line) => _writers.Contains((line.Token, line.Worker));
}
