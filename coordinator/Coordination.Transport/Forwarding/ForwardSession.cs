using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// The requests of one stream to a peer: numbered, many under way, answered in any order. Any thread sends; the two sides of the stream
/// are run by <see cref="RunAsync"/>. A request is counted against the bounds until it is answered, or until it was sent and nobody waits
/// for it any more.
/// </summary>
internal sealed class ForwardSession(PeerTransportOptions options)
{
    /// <summary>Bytes of requests after which a batch leaves.</summary>
    private const int BatchBytesMax = 256 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, PendingForward> _pending = [];
    private readonly Channel<PendingForward> _unsent =
        Channel.CreateUnbounded<PendingForward>(new UnboundedChannelOptions { SingleReader = true });

    private ulong _lastNumber;
    private long _bytes;
    private bool _isEnded;

    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Sends a request, and waits for its end.</summary>
    /// <exception cref="OperationCanceledException">The caller stopped waiting; the request may be carried out all the same.</exception>
    public Task<ForwardResult> SendAsync(ForwardRequest request, CancellationToken cancellation)
    {
        PendingForward pending;
        lock (_gate)
        {
            bool hasRoom = _pending.Count < options.ForwardsMax
                && (_pending.Count == 0 || _bytes + request.Payload.Length <= options.ForwardBytesMax);
            if (_isEnded || !hasRoom)
            {
                return Task.FromResult(ForwardResult.NotSent);
            }

            pending = new PendingForward(++_lastNumber, request);
            _pending.Add(pending.Number, pending);
            _bytes += request.Payload.Length;
        }

        _unsent.Writer.TryWrite(pending);
        return cancellation.CanBeCanceled ? WaitAsync(pending, cancellation) : pending.Completion.Task;
    }

    /// <summary>Writes requests and reads answers until either side of the stream ends.</summary>
    public async Task RunAsync(AsyncDuplexStreamingCall<RequestBatch, AnswerBatch> call, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Parts.UntilFirstEndsAsync(
            ending, WriteAsync(call.RequestStream, ending.Token), ReadAsync(call.ResponseStream, ending.Token)).ConfigureAwait(false);
    }

    /// <summary>The stream is gone: ends every request, and takes no more.</summary>
    public void End()
    {
        PendingForward[] ended;
        lock (_gate)
        {
            _isEnded = true;
            ended = [.. _pending.Values];
            _pending.Clear();
        }

        foreach (var pending in ended)
        {
            pending.Completion.TrySetResult(pending.IsSent ? ForwardResult.Unknown : ForwardResult.NotSent);
        }
    }

    private async Task<ForwardResult> WaitAsync(PendingForward pending, CancellationToken cancellation)
    {
        try
        {
            return await pending.Completion.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Abandon(pending);
            throw;
        }
    }

    private void Abandon(PendingForward pending)
    {
        lock (_gate)
        {
            // One that was not sent still stands in the channel, and holds its place until the writer comes to it: else callers that
            // give up again and again would fill the channel without bound.
            pending.IsAbandoned = true;
            if (pending.IsSent)
            {
                RemoveLocked(pending.Number);
            }
        }
    }

    private async Task WriteAsync(IClientStreamWriter<RequestBatch> stream, CancellationToken cancellation)
    {
        while (await _unsent.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            var batch = new RequestBatch();
            int bytes = 0;
            while (bytes < BatchBytesMax && _unsent.Reader.TryRead(out var pending))
            {
                if (TryBegin(pending))
                {
                    batch.Requests.Add(pending.ToMessage());
                    bytes += pending.Request.Payload.Length;
                }
            }

            if (batch.Requests.Count > 0)
            {
                await stream.WriteAsync(batch, cancellation).ConfigureAwait(false);
            }
        }
    }

    private bool TryBegin(PendingForward pending)
    {
        lock (_gate)
        {
            if (pending.IsAbandoned)
            {
                RemoveLocked(pending.Number);
                return false;
            }

            // Said before the write: a write that fails may have passed all the same.
            pending.IsSent = true;
            return true;
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<AnswerBatch> stream, CancellationToken cancellation)
    {
        while (await stream.MoveNext(cancellation).ConfigureAwait(false))
        {
            foreach (var answer in stream.Current.Answers)
            {
                Complete(answer);
            }
        }
    }

    private void Complete(NumberedAnswer answer)
    {
        PendingForward? pending;
        lock (_gate)
        {
            pending = RemoveLocked(answer.Number);
        }

        pending?.Completion.TrySetResult(ForwardResult.Answered(new ForwardAnswer(answer.Failure, answer.Payload.Memory)));
    }

    private PendingForward? RemoveLocked(ulong number)
    {
        if (_pending.Remove(number, out var pending))
        {
            _bytes -= pending.Request.Payload.Length;
        }

        return pending;
    }

    /// <summary>A request that has not ended.</summary>
    private sealed class PendingForward(ulong number, ForwardRequest request)
    {
        public ulong Number => number;

        public ForwardRequest Request => request;

        public TaskCompletionSource<ForwardResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsSent { get; set; }

        public bool IsAbandoned { get; set; }

        public NumberedRequest ToMessage() => new()
        {
            Number = number,
            Partition = request.Partition.Value,
            Kind = request.Kind,
            Payload = UnsafeByteOperations.UnsafeWrap(request.Payload),
        };
    }
}
