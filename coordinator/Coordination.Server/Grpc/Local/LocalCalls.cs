using Coordination.Client;
using Coordination.Protocol.Etcd;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Carries calls of a client within this process to the methods that serve clients, as the messages they are: what the server does for its
/// clients by means of the client library. They are no calls of clients, and are not counted as such. Any thread.
/// </summary>
/// <remarks>Has what recipes need: methods of one message in and one out, renewals of leases, and watches.</remarks>
internal sealed class LocalCalls(LocalMethods methods, WatchService watches, LeaderMonitor leaders) : CallInvoker
{
    /// <summary>Stands for this node in a client's options; nobody connects to it.</summary>
    private static readonly Uri Address = new("http://in-process");

    private static readonly Task<Metadata> NoHeaders = Task.FromResult(Metadata.Empty);

    /// <summary>A client of this node.</summary>
    public CoordinationClient CreateClient() => new(new CoordinationClientOptions { Endpoints = { Address }, CallInvokers = _ => this });

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) =>
        new(
            InvokeAsync(methods.Get<TRequest, TResponse>(method.FullName), request, options),
            NoHeaders, static () => Status.DefaultSuccess, static () => Metadata.Empty, static () => { });

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        if (typeof(TRequest) != typeof(WatchRequest))
        {
            return Open(methods.GetStream<TRequest, TResponse>(method.FullName), options);
        }

        var call = new LocalWatch(watches, NeedsLeader(options), options.CancellationToken);
        object carried = new AsyncDuplexStreamingCall<WatchRequest, WatchResponse>(
            call, call, NoHeaders, static () => Status.DefaultSuccess, static () => Metadata.Empty, call.Dispose);
        return (AsyncDuplexStreamingCall<TRequest, TResponse>)carried;
    }

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw NotCarried(method);

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw NotCarried(method);

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw NotCarried(method);

    private static bool NeedsLeader(CallOptions options) => options.Headers?.GetValue("hasleader") == "true";

    private static NotSupportedException NotCarried(IMethod method) =>
        new($"Calls of {method.FullName} are not made within the process.");

    private AsyncDuplexStreamingCall<TRequest, TResponse> Open<TRequest, TResponse>(
        LocalStreamMethod<TRequest, TResponse> method, CallOptions options)
    {
        Admit(options);
        var call = new LocalStream<TRequest, TResponse>(method, options.CancellationToken);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            call, call, NoHeaders, static () => Status.DefaultSuccess, static () => Metadata.Empty, call.Dispose);
    }

    private async Task<TResponse> InvokeAsync<TRequest, TResponse>(
        Func<TRequest, ValueTask<TResponse>> method, TRequest request, CallOptions options)
    {
        Admit(options);
        return await method(request).AsTask().WaitAsync(options.CancellationToken).ConfigureAwait(false);
    }

    private void Admit(CallOptions options)
    {
        if (NeedsLeader(options) && !leaders.HasLeader)
        {
            throw EtcdErrors.Refuse(EtcdErrors.NoLeader);
        }
    }
}
