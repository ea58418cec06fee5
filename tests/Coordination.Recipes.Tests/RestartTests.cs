namespace Coordination.Recipes.Tests;

/// <summary>What goes on, and what is not lost, when the server is killed and started again. Locks have tests of their own.</summary>
public sealed class RestartTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Everything_that_lasts_outlives_a_server_that_is_killed_and_restarted(ServerKind kind)
    {
        await using var cluster = await TestCluster.Start(kind);
        await using var client = cluster.Connect();
        var life = TimeSpan.FromSeconds(30);
        var registry = new ServiceRegistry(client.Root);
        await using var registration = await registry.RegisterAsync(
            new ServiceInstance { Service = "orders", Id = "1", Address = "a" }, new RegistrationOptions { TimeToLive = life }, Cancelled);
        await using var seen = registry.WatchChangesAsync("orders", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        await Next(seen);
        var election = new Election(client.Root, "election", new ElectionOptions { TimeToLive = life });
        await using var leadership = await election.CampaignAsync("a", Cancelled);
        await using var leaders = election.ObserveAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await Next(leaders);
        using var queue = new DistributedQueue(client.Root, "queue", new QueueOptions { ConsumerTimeToLive = life });
        await queue.EnqueueAsync("first", cancellationToken: Cancelled);
        await using var consumer = queue.OpenConsumer();
        await using var delivery = await consumer.ReceiveAsync(Cancelled);
        var receiving = consumer.ReceiveAsync(Cancelled);
        var topics = new Topics(client.Root);
        var published = await topics.PublishAsync("t", "before", Cancelled);
        await using var messages = topics.ListenAsync(fromRevision: published, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        await Next(messages);

        await cluster.Kill(0);
        await cluster.Restart(0);

        await registration.UpdateAsync(instance => instance with { Weight = 1 }, Cancelled);
        Assert.Equal(ServiceChangeKind.Changed, Assert.Single((await Next(seen)).Changes).Kind);
        await leadership.ProclaimAsync("b", Cancelled);
        Assert.Equal("b", (await Next(leaders))!.Proposal);
        await delivery.AcknowledgeAsync(Cancelled);
        await queue.EnqueueAsync("second", cancellationToken: Cancelled);
        await using var second = await receiving.WaitAsync(Cancelled);
        Assert.Equal(("second", 1L), (second.Body.ToString(), second.Attempt));
        await topics.PublishAsync("t", "after", Cancelled);
        Assert.Equal("after", (await Next(messages)).Body);
    }

    private static async Task<T> Next<T>(IAsyncEnumerator<T> watched)
    {
        Assert.True(await watched.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        return watched.Current;
    }
}
