using Grpc.Core;

namespace Coordination.Server;

/// <summary>A stream of responses that counts them.</summary>
internal sealed class CountedWriter<T>(IServerStreamWriter<T> writer, MethodCounters counters) : IServerStreamWriter<T>
{
    public WriteOptions? WriteOptions
    {
        get => writer.WriteOptions;
        set => writer.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        counters.OnSent();
        return writer.WriteAsync(message, cancellationToken);
    }
}
