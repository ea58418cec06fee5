using System.Collections.Concurrent;

namespace Coordination.Server;

/// <summary>
/// The methods by their paths, for callers within this process: those of one message in and one out, and those with streams of messages
/// both ways. Filled when methods are bound, which is before anything is served.
/// </summary>
internal sealed class LocalMethods
{
    private readonly ConcurrentDictionary<string, Delegate> _methods = new(StringComparer.Ordinal);

    /// <summary>Adds a method of one message in and one out.</summary>
    public void Add<TRequest, TResponse>(string path, Func<TRequest, ValueTask<TResponse>> method) => _methods[path] = method;

    /// <summary>Adds a method with streams.</summary>
    public void AddStream<TRequest, TResponse>(string path, LocalStreamMethod<TRequest, TResponse> method) => _methods[path] = method;

    /// <summary>The method of one message in and one out of a path.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is none.</exception>
    public Func<TRequest, ValueTask<TResponse>> Get<TRequest, TResponse>(string path) =>
        (Func<TRequest, ValueTask<TResponse>>)Get(path);

    /// <summary>The method with streams of a path.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is none.</exception>
    public LocalStreamMethod<TRequest, TResponse> GetStream<TRequest, TResponse>(string path) =>
        (LocalStreamMethod<TRequest, TResponse>)Get(path);

    private Delegate Get(string path) =>
        _methods.TryGetValue(path, out var method) ? method : throw EtcdErrors.Refuse(UnknownCalls.Describe(path));
}
