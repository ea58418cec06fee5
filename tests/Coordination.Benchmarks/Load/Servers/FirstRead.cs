using System.Net;

namespace Coordination.Benchmarks;

/// <summary>Waits until a linearizable read succeeds on each node: the moment from which a cluster is of use.</summary>
internal static class FirstRead
{
    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(2);

    /// <summary>Between attempts; what a start is found too long by, at most, apart from the read itself.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <exception cref="LoadException">
    /// No answer within <paramref name="limit"/>, or <paramref name="findFailure"/> knows why there will be none.
    /// </exception>
    public static void Await(
        IReadOnlyList<IPEndPoint> endpoints, TimeSpan limit, Func<string?> findFailure, CancellationToken cancellation)
    {
        using var expiry = new CancellationTokenSource(limit);
        foreach (IPEndPoint endpoint in endpoints)
        {
            string problem;
            while ((problem = Attempt(endpoint, cancellation)).Length > 0)
            {
                if (findFailure() is { } failure)
                {
                    throw new LoadException(failure);
                }

                if (expiry.IsCancellationRequested)
                {
                    throw new LoadException($"{endpoint} answered no linearizable read in {limit.TotalSeconds} s: {problem}");
                }

                cancellation.WaitHandle.WaitOne(Pause);
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Tries one read; answers what went wrong, or nothing.</summary>
    private static string Attempt(IPEndPoint endpoint, CancellationToken cancellation)
    {
        try
        {
            using var loop = new EventLoop();
            var connection = new Http2Connection(endpoint);
            loop.Add(connection);
            var read = new SingleCall();
            connection.StartUnary(read, GrpcMethod.Range, LoadKeys.ReadRequest);
            return !loop.Run(AttemptLimit, () => read.Outcome is not null, cancellation) ? "no answer." :
                read.Outcome is { IsOk: false } failed ? failed.ToString() : string.Empty;
        }
        catch (LoadException refused)
        {
            return refused.Message;
        }
    }
}
