namespace Coordination.Recipes.Tests;

/// <summary>etcd's own <c>etcdctl lock</c> and the mutex stand in one line.</summary>
public sealed class LockInteropTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Etcdctl_waits_for_a_holder_and_is_waited_for(ServerKind kind)
    {
        await using var client = servers[kind].Connect();
        var name = $"etcdctl-lock-{kind}";
        var mutex = new DistributedMutex(client.Root, name);
        var held = await mutex.AcquireAsync(Cancelled);

        await using var etcdctl = await EtcdCtl.Start(servers[kind], "lock", name);
        await LineOf.AwaitLength(client.Root, $"{name}/", 2);
        var next = mutex.AcquireAsync(Cancelled);
        await LineOf.AwaitLength(client.Root, $"{name}/", 3);
        Assert.False(etcdctl.HasPrinted);
        await held.DisposeAsync();

        Assert.StartsWith($"{name}/", await etcdctl.ReadLine(), StringComparison.Ordinal);
        Assert.False(next.IsCompleted);
        await etcdctl.Interrupt();

        await (await next.WaitAsync(Cancelled)).DisposeAsync();
    }
}
