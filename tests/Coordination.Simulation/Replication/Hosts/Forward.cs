using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>A command on its way from one machine to the leader's, and its answer on the way back.</summary>
internal sealed class Forward(Machine sender, SimulatedScheduler scheduler, int partition, ReadOnlyMemory<byte> command)
{
    private readonly TaskCompletionSource<ForwardPosition> _answer = new();

    /// <summary>Whose command it is.</summary>
    public Machine Sender => sender;

    /// <summary>The sender's scheduler: void when the sender has stopped meanwhile.</summary>
    public SimulatedScheduler SenderScheduler => scheduler;

    /// <summary>Which partition's.</summary>
    public int Partition => partition;

    /// <summary>The command. The very bytes that the client gave, so that checkers know them again.</summary>
    public ReadOnlyMemory<byte> Command => command;

    /// <summary>What the sender hears.</summary>
    public Task<ForwardPosition> Answer => _answer.Task;

    /// <summary>The sender hears something; what comes later is lost.</summary>
    public void End(ForwardPosition answer) => _answer.TrySetResult(answer);
}
