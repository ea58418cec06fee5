using System.IO.Pipelines;

namespace Coordination.Silo.Tests;

/// <summary>The two directions of a connection, which can both fall silent without ending.</summary>
internal sealed class StallableTransport : IDuplexPipe
{
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StallableTransport(IDuplexPipe transport)
    {
        Input = new Reader(transport.Input, _stalled.Task);
        Output = new Writer(transport.Output, _stalled.Task);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public void Stall() => _stalled.TrySetResult();

    private sealed class Reader(PipeReader inner, Task stalled) : PipeReader
    {
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            ReadResult result = await inner.ReadAsync(cancellationToken);
            if (stalled.IsCompleted && !result.IsCanceled)
            {
                inner.AdvanceTo(result.Buffer.Start);
                await _cancelled.Task.WaitAsync(cancellationToken);
                return await inner.ReadAsync(cancellationToken);
            }

            return result;
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return !stalled.IsCompleted && inner.TryRead(out result);
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead()
        {
            inner.CancelPendingRead();
            _cancelled.TrySetResult();
        }

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class Writer(PipeWriter inner, Task stalled) : PipeWriter
    {
        private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (stalled.IsCompleted)
            {
                await _cancelled.Task.WaitAsync(cancellationToken);
                return new FlushResult(isCanceled: true, isCompleted: false);
            }

            return await inner.FlushAsync(cancellationToken);
        }

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush()
        {
            inner.CancelPendingFlush();
            _cancelled.TrySetResult();
        }

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }
}
