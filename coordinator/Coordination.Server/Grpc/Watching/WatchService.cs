using System.IO.Pipelines;
using Coordination.Protocol.Etcd;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// etcd's Watch service: requests go to the partitions that have the keys (<see cref="WatchCall"/>); what those have to send is written
/// past gRPC's own writer (<see cref="WatchResponseWriter"/>), many responses at a time. One instance serves all calls.
/// </summary>
/// <remarks>
/// A client that ends its requests still gets events. A call ends when the client cancels it, when the node stops, or for lack of a leader
/// if the client asked for that.
/// </remarks>
internal sealed class WatchService(WatchFeeds feeds, NodeIdentity identity, LeaderMonitor leaders, IHostApplicationLifetime lifetime)
    : Watch.WatchBase
{
    /// <inheritdoc/>
    public override Task Watch(
        IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context) =>
        RunAsync(
            requestStream,
            context.GetHttpContext().Response.BodyWriter,
            context.RequestHeaders.GetValue("hasleader") == "true",
            context.CancellationToken);

    /// <summary>Serves one call; does not return, but throws what it ends with.</summary>
    /// <param name="requests">What the client says.</param>
    /// <param name="responses">Gets the responses as the messages of a gRPC stream.</param>
    /// <param name="needsLeader">Whether the client insists on a leader.</param>
    /// <param name="left">Cancelled when the client has left.</param>
    public async Task RunAsync(
        IAsyncStreamReader<WatchRequest> requests, PipeWriter responses, bool needsLeader, CancellationToken left)
    {
        var lost = needsLeader ? leaders.Lost : CancellationToken.None;
        if (needsLeader && !leaders.HasLeader)
        {
            throw EtcdErrors.Refuse(EtcdErrors.NoLeader);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(left, lost, lifetime.ApplicationStopping);
        using var output = new WatchOutput(responses, identity, ending.Token);
        await using var lanes = new WatchLanes(feeds, output, ending.Token);
        var reading = ReadAsync(requests, new WatchCall(feeds, lanes, ending.Token), lanes, ending.Token);
        try
        {
            await lanes.Work.Ended;
        }
        finally
        {
            await ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        // What went wrong with the requests is what the call ends with; else it is what ended the stream.
        await reading;
        if (lost.IsCancellationRequested)
        {
            throw EtcdErrors.Refuse(EtcdErrors.NoLeader);
        }

        left.ThrowIfCancellationRequested();
        throw EtcdErrors.Refuse(EtcdErrors.Stopped);
    }

    private static async Task ReadAsync(
        IAsyncStreamReader<WatchRequest> requests, WatchCall call, WatchLanes lanes, CancellationToken ending)
    {
        try
        {
            while (await requests.MoveNext(ending))
            {
                await call.HandleAsync(requests.Current);
            }
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The call is over, and whatever becomes of its requests now is only a consequence of that.
        }
        catch
        {
            lanes.Work.End();
            throw;
        }
    }
}
