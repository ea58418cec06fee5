using Coordination.Replication;

namespace Coordination.Simulation;

/// <summary>Commands on their way from one machine to the leader's, and the answer on its way back.</summary>
internal sealed class Forward(
    Machine sender, SimulatedScheduler scheduler, int partition, IReadOnlyList<ReadOnlyMemory<byte>> commands)
{
    private readonly TaskCompletionSource<ForwardPosition> _answer = new();

    /// <summary>Whose commands they are.</summary>
    public Machine Sender => sender;

    /// <summary>The sender's scheduler: void when the sender has stopped meanwhile.</summary>
    public SimulatedScheduler SenderScheduler => scheduler;

    /// <summary>Which partition's.</summary>
    public int Partition => partition;

    /// <summary>The commands. The very bytes that the clients gave, so that checkers know them again.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Commands => commands;

    /// <summary>What the sender hears.</summary>
    public Task<ForwardPosition> Answer => _answer.Task;

    /// <summary>The sender hears something; what comes later is lost.</summary>
    public void End(ForwardPosition answer) => _answer.TrySetResult(answer);
}
