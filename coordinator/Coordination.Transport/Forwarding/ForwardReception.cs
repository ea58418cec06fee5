using System.Threading.Channels;
using Coordination.Raft;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Transport;

/// <summary>
/// The requests that one peer forwards on one stream. As many as are allowed are worked on at once; then the stream is not read until one
/// of them has ended, and the peer's own bound holds the rest back.
/// </summary>
internal sealed class ForwardReception(IPeerReceiver receiver, MemberId sender, int workMax) : IDisposable
{
    private const int UnwrittenAnswersMax = 256;
    private const int BatchBytesMax = 256 * 1024;

    private readonly SemaphoreSlim _places = new(workMax, workMax);
    private readonly Channel<NumberedAnswer> _answers =
        Channel.CreateBounded<NumberedAnswer>(new BoundedChannelOptions(UnwrittenAnswersMax) { SingleReader = true });

    /// <summary>Answers until the stream ends. No request is being worked on when this completes.</summary>
    public async Task RunAsync(
        IAsyncStreamReader<RequestBatch> requests, IServerStreamWriter<AnswerBatch> answers, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Parts.UntilFirstEndsAsync(
                ending, ReadAsync(requests, ending.Token), WriteAsync(answers, ending.Token)).ConfigureAwait(false);
        }
        finally
        {
            // Whoever holds all places is alone.
            for (int i = 0; i < workMax; i++)
            {
                await _places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task ReadAsync(IAsyncStreamReader<RequestBatch> requests, CancellationToken cancellation)
    {
        while (await requests.MoveNext(cancellation).ConfigureAwait(false))
        {
            foreach (var request in requests.Current.Requests)
            {
                if (request.Kind > byte.MaxValue)
                {
                    throw new FormatException($"There is no request of kind {request.Kind}.");
                }

                await _places.WaitAsync(cancellation).ConfigureAwait(false);
                _ = AnswerAsync(request, cancellation);
            }
        }
    }

    /// <summary>Never fails: a failure ends the stream. Its end is awaited by its place.</summary>
    private async Task AnswerAsync(NumberedRequest numbered, CancellationToken cancellation)
    {
        try
        {
            var request = new ForwardRequest(
                new PartitionId(numbered.Partition), (byte)numbered.Kind, numbered.Payload.Memory);
            var answer = await receiver.AnswerAsync(sender, request, cancellation).ConfigureAwait(false);
            var message = new NumberedAnswer
            {
                Number = numbered.Number,
                Failure = answer.Failure,
                Payload = UnsafeByteOperations.UnsafeWrap(answer.Payload),
            };
            await _answers.Writer.WriteAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            // Nobody can say what came of the request. The writer throws it, the stream ends, and the peer knows as much.
            _answers.Writer.TryComplete(failure);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task WriteAsync(IServerStreamWriter<AnswerBatch> answers, CancellationToken cancellation)
    {
        while (await _answers.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            var batch = new AnswerBatch();
            int bytes = 0;
            while (bytes < BatchBytesMax && _answers.Reader.TryRead(out var answer))
            {
                batch.Answers.Add(answer);
                bytes += answer.Payload.Length;
            }

            await answers.WriteAsync(batch, cancellation).ConfigureAwait(false);
        }
    }
}
