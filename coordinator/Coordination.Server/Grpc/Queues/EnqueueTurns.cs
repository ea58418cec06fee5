using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Lets those who enqueue by way of this node into one queue do so one after another, since they would race each other for the next number,
/// and all but one would do it again. Names share a fixed number of turns. From any thread.
/// </summary>
internal sealed class EnqueueTurns(TimeSpan waitMax)
{
    private const int TurnsMax = 64;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, TurnsMax).Select(static _ => new SemaphoreSlim(1))];

    /// <summary>Does something when it is its turn.</summary>
    /// <exception cref="RpcException">That takes too long.</exception>
    public async Task<T> TakeAsync<T>(string name, Func<Task<T>> work)
    {
        var turn = _turns[(uint)string.GetHashCode(name, StringComparison.Ordinal) % TurnsMax];
        if (!await turn.WaitAsync(waitMax).ConfigureAwait(false))
        {
            throw new RpcException(RecipeErrors.TimedOut);
        }

        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }
}
