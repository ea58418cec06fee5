namespace Coordination.Examples.Tests;

public sealed class LiveConfigurationTests(SharedServers servers)
{
    [Theory]
    [InlineData(ServerKind.Etcd)]
    [InlineData(ServerKind.Coordinator)]
    public Task A_version_with_a_mistake_is_rolled_back_in_all_instances_at_once(ServerKind kind) => ExampleProgram.ExpectTwice(
        "LiveConfiguration",
        servers[kind],
        """
        Published version 1.
          shop-1 uses version 1: Settings { Title = winter sale, TimeoutSeconds = 30 }
          shop-2 uses version 1: Settings { Title = winter sale, TimeoutSeconds = 30 }
        Published version 2.
          shop-1 uses version 2: Settings { Title = spring sale, TimeoutSeconds = 0 }
          shop-2 uses version 2: Settings { Title = spring sale, TimeoutSeconds = 0 }
        Rolled back to version 1.
          shop-1 uses version 1: Settings { Title = winter sale, TimeoutSeconds = 30 }
          shop-2 uses version 1: Settings { Title = winter sale, TimeoutSeconds = 30 }
        History: version 2 is {"Title":"spring sale","TimeoutSeconds":0}.
        History: version 1 is {"Title":"winter sale","TimeoutSeconds":30}.
        """);
}
