using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

/// <summary>Tells when a server serves.</summary>
public static class Readiness
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    /// <summary>True once a linearizable read succeeded: the server has elected itself. False when it ended or stays silent.</summary>
    public static async Task<bool> Reached(GrpcChannel channel, ServerProcess process)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken, process.Ended);
        var options = new CallOptions(deadline: DateTime.UtcNow + StartMax, cancellationToken: stop.Token).WithWaitForReady();
        while (true)
        {
            try
            {
                await new KV.KVClient(channel).RangeAsync(new RangeRequest { Key = Bytes.Of("ready?") }, options);
                return true;
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.Unavailable)
            {
                // Waiting for a connection does not cover one whose server was just killed: the next call finds it closed.
            }
            catch (RpcException)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                return false;
            }
        }
    }
}
