using System.Net;

namespace Coordination.Benchmarks;

/// <summary>A server during one measurement. Disposing of it ends the processes that were started for it and removes their data.</summary>
internal interface IServerSession : IDisposable
{
    /// <summary>The client endpoints of all nodes.</summary>
    IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>The processes of all nodes; empty when they are not known.</summary>
    IReadOnlyList<int> Pids { get; }

    /// <summary>
    /// Brings the store to rest after it was filled: servers started here are started again on their data. Otherwise reads would be
    /// measured in the wake of a burst of writes; etcd 3.4 copies a buffer with every read whose size such a burst decides, and takes three
    /// to six times as long then.
    /// </summary>
    void Settle(CancellationToken cancellation);

    /// <summary>A sentence on what is wrong with the servers, with their last words; null when all is well.</summary>
    string? FindFailure();
}
