namespace Coordination.Replication;

/// <summary>A command that another member handed over, and its wish to know the position.</summary>
internal sealed class ForwardedCommand(ReadOnlyMemory<byte> command)
    : TaskCompletionSource<ForwardPosition>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public ReadOnlyMemory<byte> Command { get; } = command;
}
