using System.Collections.Concurrent;

namespace Coordination.Linearizability;

/// <summary>
/// Collects the operations of all clients of a run. Thread-safe, and cheap: an operation costs two clock readings, one allocation and one
/// append to a lock-free queue, so that recording does not put clients in step.
/// </summary>
public sealed class HistoryRecorder<TRequest, TAnswer>(HistoryClock clock)
    where TRequest : notnull
    where TAnswer : class
{
    private readonly ConcurrentQueue<PendingOperation<TRequest, TAnswer>> _operations = [];

    /// <summary>Notes that the client is about to send the request: call it right before.</summary>
    public PendingOperation<TRequest, TAnswer> Begin(int client, string session, TRequest request)
    {
        PendingOperation<TRequest, TAnswer> operation = new(clock, client, session, request);
        _operations.Enqueue(operation);
        return operation;
    }

    /// <summary>What was recorded so far, by start; operations that are still under way are unknown.</summary>
    public IReadOnlyList<Operation<TRequest, TAnswer>> ToHistory()
    {
        long now = clock.Now;
        return [.. _operations.OrderBy(operation => operation.Start).Select((operation, index) => operation.ToOperation(index + 1, now))];
    }
}
