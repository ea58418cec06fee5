namespace Coordination.Replication;

/// <summary>A read somebody waits for. Continuations never run on the replica's loop.</summary>
internal sealed class PendingRead()
    : TaskCompletionSource<LinearizableRead>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>The tick at which the caller is told that it timed out; set by the loop.</summary>
    public long DeadlineTick { get; set; }
}
