using Coordination.StateMachine;
using Microsoft.Extensions.Logging;

namespace Coordination.Replication;

/// <summary>The watches on one partition.</summary>
public sealed class WatchHub(Func<StoreView> view, IWatchEventEncoder encoder, WatchHubOptions options, TimeProvider time, ILogger logger)
{
    private readonly object[] _parts = [view, encoder, options, time, logger];

    /// <summary>Writes were committed.</summary>
    public void Publish(IReadOnlyList<AppliedWrite> writes) => Invariant.Check(_parts.Length > 0 && writes.Count > 0, $"Nothing written.");

    /// <summary>Ends all.</summary>
    public void Stop() => Invariant.Check(_parts.Length > 0, $"Nothing.");
}
