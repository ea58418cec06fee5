namespace Coordination.Examples.Tests;

public sealed class WorkQueueTests(SharedServers servers)
{
    [Theory]
    [InlineData(ServerKind.Etcd)]
    [InlineData(ServerKind.Coordinator)]
    public Task The_message_of_a_worker_that_crashed_is_delivered_again(ServerKind kind) => ExampleProgram.ExpectTwice(
        "WorkQueue",
        servers[kind],
        """
        Message 1 is sunrise.
        Message 2 is noon.
        Message 3 is sunset.
          first worker: sunrise, delivery 1: crashes in the middle of it
        The first worker is dead. The second one takes what is free, and its message when its lease has ended.
          second worker: noon, delivery 1: done
          second worker: sunset, delivery 1: done
          second worker: sunrise, delivery 2: done
        The queue is empty.
        """);
}
