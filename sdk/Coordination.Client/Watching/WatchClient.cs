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
    private readonly KeyPrefix _prefix;
    private readonly TimeProvider _time;
    private readonly TimeSpan _openMax;

    internal WatchClient(EndpointPool endpoints, CoordinationClientOptions options, KeyPrefix prefix)
    {
        _endpoints = endpoints;
        _prefix = prefix;
        _time = options.TimeProvider;
        _openMax = options.AttemptTimeout;
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
    /// <exception cref="RequestRefusedException">The server does not allow it.</exception>
    public async IAsyncEnumerable<WatchBatch> WatchRangeAsync(
        KeyRange range, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= WatchOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(options.StartRevision, nameof(options));
        var progress = new WatchProgress(_prefix, options.StartRevision);
        var delay = ReconnectDelayMin;
        while (true)
        {
            var endpoint = _endpoints.Choose();
            using var stream = new WatchStream(endpoint, _time, cancellationToken);
            progress.Restart();
            await stream.OpenAsync(Request(range, options, progress.NextRevision), _openMax).ConfigureAwait(false);
            while (await stream.FindNextAsync().ConfigureAwait(false) is { } response)
            {
                if (response.Canceled)
                {
                    ThrowUnlessTransient(response);
                    break;
                }

                _endpoints.ReportAnswer(endpoint);
                delay = ReconnectDelayMin;
                if (response.Created)
                {
                    progress.Created(response.Header.Revision);
                    continue;
                }

                foreach (var batch in progress.Accept(response))
                {
                    yield return batch;
                }
            }

            _endpoints.ReportFailure(endpoint);
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            delay = delay * 2 < ReconnectDelayMax ? delay * 2 : ReconnectDelayMax;
        }
    }

    private static void ThrowUnlessTransient(Etcd.WatchResponse response)
    {
        if (response.CompactRevision > 0)
        {
            throw new CompactedException(
                response.CompactRevision, $"The changes before revision {response.CompactRevision} have been compacted.", cause: null);
        }

        // A refusal comes as the text of a gRPC status.
        var reason = response.CancelReason;
        if (reason.StartsWith(StatusPrefix, StringComparison.Ordinal)
            && reason[StatusPrefix.Length..].Split(" desc = ", 2) is [var code, var detail]
            && Enum.TryParse(code, out StatusCode status)
            && CallFailure.KindOf(new RpcException(new Status(status, detail))) == FailureKind.Refused)
        {
            throw CallFailure.Refusal(new Status(status, detail), cause: null);
        }

        if (reason.StartsWith("mvcc: ", StringComparison.Ordinal))
        {
            throw new RequestRefusedException(CoordinationError.InvalidRequest, reason, cause: null);
        }
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
