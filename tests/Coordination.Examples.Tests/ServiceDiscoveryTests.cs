namespace Coordination.Examples.Tests;

public sealed class ServiceDiscoveryTests(SharedServers servers)
{
    [Theory]
    [InlineData(ServerKind.Etcd)]
    [InlineData(ServerKind.Coordinator)]
    public Task A_caller_hears_of_instances_that_register_fall_ill_drain_and_end(ServerKind kind) => ExampleProgram.ExpectTwice(
        "ServiceDiscovery",
        servers[kind],
        """
          caller: nobody is there
        orders-1 registers in the north.
          caller: orders-1 is at 10.0.0.1:8080
        orders-2 registers in the south.
          caller: orders-2 is at 10.0.0.2:8080
        Asked for those in the south: orders-2.
        orders-1 says that it is not well, and then that it is.
          caller: nothing more to orders-1: no database
          caller: orders-1 is at 10.0.0.1:8080
        orders-2 drains, and ends.
          caller: nothing more to orders-2: it drains
        orders-1 ends.
          caller: orders-1 is gone
        """);
}
