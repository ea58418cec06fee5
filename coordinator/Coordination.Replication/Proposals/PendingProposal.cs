namespace Coordination.Replication;

/// <summary>A proposal somebody waits for. Continuations never run on the replica's loop.</summary>
internal sealed class PendingProposal(ReadOnlyMemory<byte> command)
    : TaskCompletionSource<ProposalOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ReadOnlyMemory<byte> Command { get; } = command;

    /// <summary>The tick at which the caller is told that it timed out; set by the loop.</summary>
    public long DeadlineTick { get; set; }
}
