namespace Coordination.Replication;

/// <summary>Commands that another member handed over, and its wish to know their positions.</summary>
internal sealed class ForwardedCommands(IReadOnlyList<ReadOnlyMemory<byte>> commands)
    : TaskCompletionSource<ForwardPosition>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public IReadOnlyList<ReadOnlyMemory<byte>> Commands { get; } = commands;
}
