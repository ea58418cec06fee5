namespace Coordination.Recipes;

/// <summary>
/// Receives messages of a queue, under one lease for all that it has: when it is lost, so are they. One receives at a time; deliveries are
/// worked on and acknowledged on any thread.
/// </summary>
public sealed class QueueConsumer : IAsyncDisposable
{
    private readonly CoordinationNamespace _store;
    private readonly QueueHead _head;
    private readonly QueueOptions _options;
    private LeaseSession? _session;
    private bool _isStarted;

    internal QueueConsumer(CoordinationNamespace store, QueueLayout keys, QueueOptions options)
    {
        _store = store;
        _head = new QueueHead(store, keys, options);
        _options = options;
        _isStarted = options.StartWhen is null;
    }

    /// <summary>
    /// Waits for a message and claims it. The wait outlives broken connections, servers that die, and the loss of the lease, which only
    /// takes earlier deliveries.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait. A claim that was under way comes back to the queue with the consumer's end.</param>
    public async Task<Delivery> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        if (!_isStarted)
        {
            await _options.StartWhen!.WaitAsync(_store, cancellationToken).ConfigureAwait(false);
            _isStarted = true;
        }

        while (true)
        {
            var session = await OpenSessionAsync(cancellationToken).ConfigureAwait(false);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, session.LostToken);
            try
            {
                var claimed = await _head.ClaimAsync(_ => ValueTask.FromResult(session.Id), Timeout.InfiniteTimeSpan, limit.Token)
                    .ConfigureAwait(false);
                if (claimed is not null)
                {
                    return new Delivery(claimed, session, _options.TimeProvider);
                }
            }
            catch (LeaseNotFoundException)
            {
                // The server has ended the session, and this process will hear of it: on with another.
                await session.DisposeAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The session is lost: on with another.
            }
        }
    }

    /// <summary>Ends the consumer: what it has not acknowledged is delivered to others, at once when a server can be reached.</summary>
    public ValueTask DisposeAsync() => _session?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<LeaseSession> OpenSessionAsync(CancellationToken cancellationToken)
    {
        if (_session is null or { IsLost: true })
        {
            if (_session is not null)
            {
                await _session.DisposeAsync().ConfigureAwait(false);
            }

            _session = await Repeat.UntilAnsweredAsync(
                token => _store.Leases.OpenSessionAsync(_options.ConsumerTimeToLive, token), cancellationToken).ConfigureAwait(false);
        }

        return _session;
    }
}
