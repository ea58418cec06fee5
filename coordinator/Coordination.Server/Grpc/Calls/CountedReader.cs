using Grpc.Core;

namespace Coordination.Server;

/// <summary>A stream of requests that counts them.</summary>
internal sealed class CountedReader<T>(IAsyncStreamReader<T> reader, MethodCounters counters) : IAsyncStreamReader<T>
{
    public T Current => reader.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        bool hasMessage = await reader.MoveNext(cancellationToken).ConfigureAwait(false);
        if (hasMessage)
        {
            counters.OnReceived();
        }

        return hasMessage;
    }
}
