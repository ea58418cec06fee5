using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Coordination.Server;

/// <summary>
/// What Kestrel reads of an HTTP/2 connection: the bytes of the transport, in the transport's own buffers, up to where the
/// <see cref="FrameFilter"/> lets them pass. Owned by the connection; one reader, one call at a time, as with every pipe.
/// </summary>
internal sealed class AuthorityFilterReader(PipeReader transport) : PipeReader
{
    private readonly FrameFilter _frames = new();
    private ReadOnlySequence<byte> _buffer;

    /// <summary>Bytes at the front of the buffer that Kestrel may see.</summary>
    private long _passed;

    /// <summary>Bytes at the front of the buffer that Kestrel has seen and wants more than.</summary>
    private long _examined;

    private bool _hasEnded;

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult result;
        do
        {
            result = await transport.ReadAsync(cancellationToken);
        }
        while (!TryPass(ref result));

        return result;
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        while (transport.TryRead(out result))
        {
            if (TryPass(ref result))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long consumedLength = _buffer.Slice(0, consumed).Length;
        long examinedLength = _buffer.Slice(0, examined).Length;
        _passed -= consumedLength;
        _examined = examinedLength - consumedLength;
        transport.AdvanceTo(consumed, examined);
        _buffer = default;
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => transport.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => transport.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => transport.CompleteAsync(exception);

    /// <summary>Cuts off what must not pass yet. False when nothing new is left then: the transport has to be read again.</summary>
    private bool TryPass(ref ReadResult result)
    {
        _buffer = result.Buffer;
        long length = _buffer.Length;
        if (!_hasEnded)
        {
            _passed += _frames.Pass(_buffer.Slice(_passed));
        }

        if (result.IsCompleted)
        {
            // Nothing will complete what is still held back. Kestrel takes the end of the connection from here.
            _hasEnded = true;
            _passed = length;
            return true;
        }

        if (_passed <= _examined && !result.IsCanceled)
        {
            // What is held back was examined here, so the next read has to wait for more.
            transport.AdvanceTo(_buffer.Start, _buffer.End);
            return false;
        }

        if (_passed < length)
        {
            result = new ReadResult(_buffer.Slice(0, _passed), result.IsCanceled, isCompleted: false);
        }

        return true;
    }
}
