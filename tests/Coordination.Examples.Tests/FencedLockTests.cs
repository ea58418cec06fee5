namespace Coordination.Examples.Tests;

public sealed class FencedLockTests(SharedServers servers)
{
    [Theory]
    [InlineData(ServerKind.Etcd)]
    [InlineData(ServerKind.Coordinator)]
    public Task A_holder_that_was_paused_for_too_long_is_refused_by_the_file(ServerKind kind) => ExampleProgram.ExpectTwice(
        "FencedLock",
        servers[kind],
        """
        Ann has the lock, with token N. Has she lost it? False.
        Ann is paused, just before she writes.
        Ben waits until Ann's lease has ended.
        Ben has the lock, with token N.
          Ben writes, with token N: done
        Ann goes on where she was.
          Ann writes, with token N: refused, for the file has seen a larger one
          Ben writes, with token N: done
        The file says: Ben was here.
        """);
}
