using System.Collections.Concurrent;

namespace Coordination.Server;

/// <summary>
/// The methods of one message in and one out by their paths, for callers within this process. Filled when methods are bound, which is
/// before anything is served.
/// </summary>
internal sealed class LocalMethods
{
    private readonly ConcurrentDictionary<string, Delegate> _methods = new(StringComparer.Ordinal);

    /// <summary>Adds a method.</summary>
    public void Add<TRequest, TResponse>(string path, Func<TRequest, ValueTask<TResponse>> method) => _methods[path] = method;

    /// <summary>The method of a path.</summary>
    /// <exception cref="Grpc.Core.RpcException">There is none.</exception>
    public Func<TRequest, ValueTask<TResponse>> Get<TRequest, TResponse>(string path) =>
        _methods.TryGetValue(path, out var method)
            ? (Func<TRequest, ValueTask<TResponse>>)method
            : throw EtcdErrors.Refuse(UnknownCalls.Describe(path));
}
