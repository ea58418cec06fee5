using System.Runtime.CompilerServices;
using Grpc.Core;

namespace Coordination.Client;

/// <summary>
/// Watches keys. Every watch has a stream of its own, and reads from it no faster than the program reads the watch: a slow reader is slowed
/// down by the transport, holds nothing up but itself, and loses nothing. Any thread.
/// </summary>
public sealed class WatchClient
{
    private const string StatusPrefix = "rpc error: code = ";

    private static readonly TimeSpan ReconnectDelayMin = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReconnectDelayMax = TimeSpan.FromSeconds(2);

    private readonly EndpointPool _endpoints;
    private readonly Authenticator _authenticator;
    private readonly Telemetry _telemetry;
    private readonly KeyPrefix _prefix;
    private readonly TimeProvider _time;
    private readonly TimeSpan _openMax;

    internal WatchClient(Connections connections, KeyPrefix prefix)
    {
        _endpoints = connections.Endpoints;
        _authenticator = connections.Authenticator;
        _telemetry = connections.Telemetry;
        _prefix = prefix;
        _time = connections.Options.TimeProvider;
        _openMax = connections.Options.AttemptTimeout;
    }

    /// <summary>Watches one key; see <see cref="WatchRangeAsync"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="options">Which changes, and from where on.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    public IAsyncEnumerable<WatchBatch> WatchAsync(
        Key key, WatchOptions? options = null, CancellationToken cancellationToken = default) =>
        WatchRangeAsync(KeyRange.Of(key), options, cancellationToken);

    /// <summary>
    /// Watches keys: shows every change of them once, in order, all changes of a revision together. When the connection breaks or the
    /// server restarts it goes on from the next revision, at whichever endpoint serves, for as long as it takes. It ends only when it is
    /// cancelled or left, when its client is disposed, or with one of these exceptions; never without a word.
    /// </summary>
    /// <param name="range">The keys.</param>
    /// <param name="options">Which changes, and from where on.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="CompactedException">
    /// The changes that come next have been compacted, so that the watch cannot go on without a gap. Read the present state, and watch from
    /// the revision after it.
    /// </exception>
    /// <exception cref="RequestRefusedException">The server does not allow it, or does not believe who the client says it is.</exception>
    public async IAsyncEnumerable<WatchBatch> WatchRangeAsync(
        KeyRange range, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= WatchOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(options.StartRevision, nameof(options));
        var progress = new WatchProgress(_prefix, options.StartRevision);
        using var active = _telemetry.BeginWatch();
        var delay = ReconnectDelayMin;
        var isTokenFresh = false;
        while (true)
        {
            var endpoint = _endpoints.Choose();
            progress.Restart();
            using var stream = await FindStreamAsync(endpoint, Request(range, options, progress.NextRevision), cancellationToken)
                .ConfigureAwait(false);
            CoordinationException? refusal = null;
            while (stream is not null && await stream.FindNextAsync().ConfigureAwait(false) is { } response)
            {
                if (response.Canceled)
                {
                    refusal = FindRefusal(response);
                    break;
                }

                _endpoints.ReportAnswer(endpoint);
                delay = ReconnectDelayMin;
                if (response.Created)
                {
                    isTokenFresh = false;
                    progress.Created(response.Header.Revision);
                    continue;
                }

                foreach (var batch in progress.Accept(response))
                {
                    _telemetry.Instruments.WatchEvents.Add(batch.Events.Count);
                    yield return batch;
                }

                if (options.ShowsProgress && response.Events.Count == 0)
                {
                    yield return new WatchBatch(progress.NextRevision - 1, []);
                }
            }

            if (!isTokenFresh && stream is not null && IsAboutTheUser(stream, refusal) && _authenticator.Forget(stream.Headers))
            {
                // Once: the next stream has a token that the server has just given out.
                isTokenFresh = true;
                continue;
            }

            if (refusal is not null)
            {
                throw refusal;
            }

            await LeaveAsync(endpoint, progress, delay, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < ReconnectDelayMax ? delay * 2 : ReconnectDelayMax;
        }
    }

    /// <summary>An endpoint broke the watch: another one gets its turn, after a while.</summary>
    private Task LeaveAsync(Endpoint endpoint, WatchProgress progress, TimeSpan delay, CancellationToken cancellationToken)
    {
        _endpoints.ReportFailure(endpoint);
        _telemetry.WatchBroke(endpoint.Address, progress.NextRevision);
        return Task.Delay(delay, _time, cancellationToken);
    }

    /// <summary>
    /// True when another token may help. To a watch whose token they do not know, some releases of etcd say that its user lacks
    /// the permission.
    /// </summary>
    private static bool IsAboutTheUser(WatchStream stream, CoordinationException? refusal) =>
        stream.IsTokenRejected || refusal?.Error is CoordinationError.PermissionDenied or CoordinationError.Unauthenticated;

    /// <summary>Why the server will not go on with a watch, now or ever; null when another try may succeed.</summary>
    private static CoordinationException? FindRefusal(Etcd.WatchResponse response)
    {
        if (response.CompactRevision > 0)
        {
            return new CompactedException(
                response.CompactRevision, $"The changes before revision {response.CompactRevision} have been compacted.", cause: null);
        }

        // A refusal comes as the text of a gRPC status.
        var reason = response.CancelReason;
        if (reason.StartsWith(StatusPrefix, StringComparison.Ordinal)
            && reason[StatusPrefix.Length..].Split(" desc = ", 2) is [var code, var detail]
            && Enum.TryParse(code, out StatusCode status)
            && CallFailure.KindOf(new RpcException(new Status(status, detail))) == FailureKind.Refused)
        {
            return CallFailure.Refusal(new Status(status, detail), cause: null);
        }

        return reason.StartsWith("mvcc: ", StringComparison.Ordinal)
            ? new RequestRefusedException(CoordinationError.InvalidRequest, reason, cause: null)
            : null;
    }

    /// <summary>A stream on which the watch was asked for; null when the endpoint could not be asked.</summary>
    /// <exception cref="RequestRefusedException">The server does not know the user, or not with this password.</exception>
    private async Task<WatchStream?> FindStreamAsync(
        Endpoint endpoint, Etcd.WatchCreateRequest request, CancellationToken cancellationToken)
    {
        CallHeaders headers;
        try
        {
            headers = await _authenticator.HeadersAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException error) when (CallFailure.KindOf(error) == FailureKind.Refused)
        {
            throw CallFailure.Refusal(error.Status, error);
        }
        catch (RpcException)
        {
            return null;
        }

        var stream = new WatchStream(endpoint, headers, _time, cancellationToken);
        await stream.OpenAsync(request, _openMax).ConfigureAwait(false);
        return stream;
    }

    private Etcd.WatchCreateRequest Request(KeyRange range, WatchOptions options, long startRevision)
    {
        var (start, end) = _prefix.Add(range);
        return new Etcd.WatchCreateRequest
        {
            Key = start,
            RangeEnd = end,
            StartRevision = startRevision,
            PrevKv = options.WithPrevious,
            Fragment = true,

            // Moves the revision to go on from while nothing happens to the keys, so that a compaction finds the watch ahead of it. Notices
            // that a client asks for would come sooner, but releases of etcd before 3.4.25 and 3.5.8 send those ahead of events
            // (etcd issue 15220), which would be lost by a watch that goes on from there.
            ProgressNotify = true,
        };
    }
}
