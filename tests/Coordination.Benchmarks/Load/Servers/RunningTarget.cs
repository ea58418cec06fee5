using System.Net;

namespace Coordination.Benchmarks;

/// <summary>A cluster that somebody else started and ends; its store is used as it is.</summary>
internal sealed class RunningTarget(IReadOnlyList<IPEndPoint> endpoints, IReadOnlyList<int> pids) : IServerTarget
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    public string Name => "endpoints";

    public string Version => string.Join(", ", endpoints);

    public IServerSession Open(CancellationToken cancellation)
    {
        FirstRead.Await(endpoints, AnswerLimit, () => null, cancellation);
        return new Session(endpoints, pids);
    }

    private sealed record Session(IReadOnlyList<IPEndPoint> Endpoints, IReadOnlyList<int> Pids) : IServerSession
    {
        public string? FindFailure() => null;

        public void Settle(CancellationToken cancellation)
        {
            // Whoever started the servers decides when they are started again.
        }

        public void Dispose()
        {
            // Neither processes nor data are ours.
        }
    }
}
