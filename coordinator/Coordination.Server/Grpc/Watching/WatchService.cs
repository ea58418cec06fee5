using System.IO.Pipelines;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// etcd's Watch service: one call is one <see cref="WatchStream"/>. Requests go to the hub as they come; what the hub has to send is
/// written past gRPC's own writer (<see cref="WatchResponseWriter"/>), many responses at a time. One instance serves all calls.
/// </summary>
/// <remarks>
/// A client that ends its requests still gets events. A call ends when the client cancels it, when the node stops, or for lack of a leader
/// if the client asked for that.
/// </remarks>
internal sealed class WatchService(
    PartitionReplica replica, NodeIdentity identity, LeaderMonitor leaders, IHostApplicationLifetime lifetime)
    : Watch.WatchBase
{
    /// <inheritdoc/>
    public override async Task Watch(
        IAsyncStreamReader<WatchRequest> requestStream, IServerStreamWriter<WatchResponse> responseStream, ServerCallContext context)
    {
        bool needsLeader = context.RequestHeaders.GetValue("hasleader") == "true";
        var lost = needsLeader ? leaders.Lost : CancellationToken.None;
        if (needsLeader && !leaders.HasLeader)
        {
            throw EtcdErrors.Refuse(EtcdErrors.NoLeader);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lost, lifetime.ApplicationStopping);
        using var stream = replica.Watches.OpenStream();
        await using var closing = ending.Token.UnsafeRegister(static stream => ((WatchStream)stream!).Dispose(), stream);
        var reading = ReadAsync(requestStream, stream, ending.Token);
        try
        {
            await SendAsync(stream, context.GetHttpContext().Response.BodyWriter, ending.Token);
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

        context.CancellationToken.ThrowIfCancellationRequested();
        throw EtcdErrors.Refuse(EtcdErrors.Stopped);
    }

    private static async Task ReadAsync(IAsyncStreamReader<WatchRequest> requests, WatchStream stream, CancellationToken ending)
    {
        try
        {
            while (await requests.MoveNext(ending))
            {
                await HandAsync(requests.Current, stream, ending);
            }
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The call is over, and whatever becomes of its requests now is only a consequence of that.
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private static ValueTask HandAsync(WatchRequest request, WatchStream stream, CancellationToken ending) =>
        request.RequestUnionCase switch
        {
            WatchRequest.RequestUnionOneofCase.CreateRequest => stream.CreateAsync(CreationOf(request.CreateRequest), ending),
            WatchRequest.RequestUnionOneofCase.CancelRequest => stream.CancelAsync(request.CancelRequest.WatchId, ending),
            WatchRequest.RequestUnionOneofCase.ProgressRequest => stream.RequestProgressAsync(ending),
            _ => ValueTask.CompletedTask,
        };

    private static WatchCreation CreationOf(WatchCreateRequest request)
    {
        // The smallest key stands for no key at all.
        ReadOnlySpan<byte> key = request.Key.IsEmpty ? [0] : request.Key.Span;
        return new WatchCreation(KeyRange.FromRequest(key, request.RangeEnd.Span))
        {
            WatchId = request.WatchId == 0 ? null : request.WatchId,
            StartRevision = request.StartRevision,
            WithPrevious = request.PrevKv,
            NoPut = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Noput),
            NoDelete = request.Filters.Contains(WatchCreateRequest.Types.FilterType.Nodelete),
            ProgressNotify = request.ProgressNotify,
            MayFragment = request.Fragment,
        };
    }

    private async Task SendAsync(WatchStream stream, PipeWriter output, CancellationToken ending)
    {
        var writer = new WatchResponseWriter(identity.ClusterId, identity.MemberId);
        while (await stream.TakeAsync() is { IsEmpty: false } deliveries)
        {
            ulong now = replica.Term;
            while (!deliveries.IsEmpty)
            {
                deliveries = deliveries[writer.Write(output, deliveries.Span, now)..];
                var flushed = await output.FlushAsync(ending);
                if (flushed.IsCompleted)
                {
                    return;
                }
            }
        }
    }
}
