using System.Collections.Concurrent;

namespace Coordination.Recipes.Tests;

public sealed class QueueTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Messages_come_by_priority_and_then_in_order(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var queue = new DistributedQueue(client.Root, "queue");
        await queue.EnqueueAsync("a", cancellationToken: Cancelled);
        await queue.EnqueueAsync("b", cancellationToken: Cancelled);
        await queue.EnqueueAsync("urgent", new EnqueueOptions { Priority = 9 }, Cancelled);
        await using var consumer = queue.OpenConsumer();
        await using var other = queue.OpenConsumer();

        await using var first = await consumer.ReceiveAsync(Cancelled);
        await using var second = await other.ReceiveAsync(Cancelled);
        await using var third = await consumer.ReceiveAsync(Cancelled);

        Assert.Equal([("urgent", 9, 1L), ("a", 0, 1L), ("b", 0, 1L)], new[] { first, second, third }.Select(Describe));
        Assert.Equal(3, await queue.GetLengthAsync(Cancelled));
        await first.AcknowledgeAsync(Cancelled);
        await second.AcknowledgeAsync(Cancelled);
        await third.AcknowledgeAsync(Cancelled);
        Assert.Equal(0, await queue.GetLengthAsync(Cancelled));
    }

    [Theory, EveryServer]
    public async Task Messages_are_counted_by_what_they_wait_for(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var queue = new DistributedQueue(client.Root, "queue");
        await using var consumer = queue.OpenConsumer();
        await queue.EnqueueAsync("dead", cancellationToken: Cancelled);
        await (await consumer.ReceiveAsync(Cancelled)).GiveUpAsync(Cancelled);
        await queue.EnqueueAsync("claimed", cancellationToken: Cancelled);
        await using var claimed = await consumer.ReceiveAsync(Cancelled);
        await queue.EnqueueAsync("ready", cancellationToken: Cancelled);
        await queue.EnqueueAsync("delayed", new EnqueueOptions { Delay = TimeSpan.FromHours(1) }, Cancelled);

        Assert.Equal(new QueueCounts(Ready: 1, Claimed: 1, Delayed: 1, Dead: 1), await queue.GetCountsAsync(Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_message_of_a_consumer_that_died_is_delivered_again_and_its_word_counts_no_more(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var queue = new DistributedQueue(client.Root, "queue");
        await queue.EnqueueAsync("a", cancellationToken: Cancelled);
        await using var dying = queue.OpenConsumer();
        await using var heir = queue.OpenConsumer();
        await using var lost = await dying.ReceiveAsync(Cancelled);
        var receiving = heir.ReceiveAsync(Cancelled);
        var claim = await client.KeyValues.GetRangeAsync(KeyRange.Prefix("queue/claims/"), cancellationToken: Cancelled);

        await client.Leases.RevokeAsync(claim.KeyValues[0].Lease, Cancelled);
        await using var again = await receiving.WaitAsync(Cancelled);

        Assert.Equal(("a", 0, 2L), Describe(again));
        Assert.True(again.Token > lost.Token);
        await Assert.ThrowsAsync<LockLostException>(() => lost.AcknowledgeAsync(Cancelled));
        await again.AcknowledgeAsync(Cancelled);
        Assert.Equal(0, await queue.GetLengthAsync(Cancelled));
        await LineOf.AwaitLength(client.Root, "queue/attempts/", 0);
    }

    [Theory, EveryServer]
    public async Task What_is_delivered_too_often_is_put_aside_until_it_is_revived(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var queue = new DistributedQueue(client.Root, "queue", new QueueOptions { DeliveriesMax = 2 });
        await queue.EnqueueAsync("bad", cancellationToken: Cancelled);
        await queue.EnqueueAsync("good", cancellationToken: Cancelled);
        await using var consumer = queue.OpenConsumer();
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await using var bad = await consumer.ReceiveAsync(Cancelled);
            Assert.Equal(("bad", 0, attempt), Describe(bad));
        }

        await using var good = await consumer.ReceiveAsync(Cancelled);
        Assert.Equal("good", good.Body);
        await good.GiveUpAsync(Cancelled);
        var letters = await queue.GetDeadLettersAsync(Cancelled);
        Assert.Equal(["bad", "good"], letters.Select(letter => letter.Body.ToString()));
        Assert.True(await queue.ReviveAsync(letters[0], cancellationToken: Cancelled));
        Assert.False(await queue.ReviveAsync(letters[0], cancellationToken: Cancelled));

        await using var revived = await consumer.ReceiveAsync(Cancelled);
        Assert.Equal(("bad", 0, 1L), Describe(revived));
    }

    [Theory, EveryServer]
    public async Task A_delayed_message_comes_when_its_time_has_come(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var time = new WatchedTime();
        using var queue = new DistributedQueue(client.Root, "queue", new QueueOptions { TimeProvider = time });
        await queue.EnqueueAsync("late", new EnqueueOptions { Delay = TimeSpan.FromMinutes(1), Priority = 1 }, Cancelled);
        await queue.EnqueueAsync("early", cancellationToken: Cancelled);
        await using var consumer = queue.OpenConsumer();

        await using var early = await consumer.ReceiveAsync(Cancelled);
        Assert.Equal("early", early.Body);
        await early.ReleaseAsync(TimeSpan.FromMinutes(2), Cancelled);
        var receiving = consumer.ReceiveAsync(Cancelled);
        Assert.Equal(TimeSpan.FromMinutes(1), await time.PassNextTimer());
        await using (var late = await receiving.WaitAsync(Cancelled))
        {
            Assert.Equal(("late", 1, 1L), Describe(late));
            await late.AcknowledgeAsync(Cancelled);
        }

        receiving = consumer.ReceiveAsync(Cancelled);
        Assert.Equal(TimeSpan.FromMinutes(1), await time.PassNextTimer());
        await using var again = await receiving.WaitAsync(Cancelled);
        Assert.Equal(("early", 0, 2L), Describe(again));
    }

    [Theory, EveryServer]
    public async Task A_bounded_queue_refuses_what_it_has_no_room_for(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var queue = new DistributedQueue(client.Root, "queue", new QueueOptions { LengthMax = 2 });
        await queue.EnqueueAsync("a", cancellationToken: Cancelled);
        await queue.EnqueueAsync("b", new EnqueueOptions { Delay = TimeSpan.FromMinutes(1) }, Cancelled);

        await Assert.ThrowsAsync<QueueFullException>(() => queue.EnqueueAsync("c", cancellationToken: Cancelled));
        await using var consumer = queue.OpenConsumer();
        await using var first = await consumer.ReceiveAsync(Cancelled);
        await Assert.ThrowsAsync<QueueFullException>(() => queue.EnqueueAsync("c", cancellationToken: Cancelled));
        await first.AcknowledgeAsync(Cancelled);

        Assert.Equal(3, await queue.EnqueueAsync("c", cancellationToken: Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_queue_with_a_condition_delivers_when_it_is_met(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        using var byCount = new DistributedQueue(
            client.Root, "by-count", new QueueOptions { StartWhen = StartCondition.CounterReaches("ready-count", 2) });
        using var byKey = new DistributedQueue(
            client.Root, "by-key", new QueueOptions { StartWhen = StartCondition.KeyExists("go") });
        await byCount.EnqueueAsync("counted", cancellationToken: Cancelled);
        await byKey.EnqueueAsync("told", cancellationToken: Cancelled);
        await using var counting = byCount.OpenConsumer();
        await using var waiting = byKey.OpenConsumer();
        var counted = counting.ReceiveAsync(Cancelled);
        var told = waiting.ReceiveAsync(Cancelled);

        var counter = new AtomicCounter(client.Root, "ready-count");
        Assert.Equal(1, await counter.AddAsync(1, Cancelled));
        Assert.False(counted.IsCompleted);
        Assert.Equal(2, await counter.AddAsync(1, Cancelled));
        Assert.Equal("counted", (await counted.WaitAsync(Cancelled)).Body);
        Assert.False(told.IsCompleted);
        await client.KeyValues.PutAsync("go", "", cancellationToken: Cancelled);

        Assert.Equal("told", (await told.WaitAsync(Cancelled)).Body);
    }

    [Theory, EveryServer]
    public async Task Many_producers_and_consumers_lose_nothing_and_do_nothing_twice(ServerKind kind)
    {
        const int Producers = 3;
        const int Each = 20;
        await using var client = servers.Connect(kind);
        var received = new ConcurrentQueue<string>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var consumers = Enumerable.Range(0, 3).Select(_ => Consume(client, received, Producers * Each, stop)).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Producers).Select(async producer =>
        {
            using var queue = new DistributedQueue(client.Root, "queue");
            for (var number = 0; number < Each; number++)
            {
                await queue.EnqueueAsync($"{producer}-{number}", cancellationToken: Cancelled);
            }
        }));
        await Task.WhenAll(consumers);

        var sent =
            from producer in Enumerable.Range(0, Producers)
            from number in Enumerable.Range(0, Each)
            select $"{producer}-{number}";
        Assert.Equal(sent.Order(), received.Order());
    }

    private static async Task Consume(CoordinationClient client, ConcurrentQueue<string> received, int all, CancellationTokenSource stop)
    {
        using var queue = new DistributedQueue(client.Root, "queue");
        await using var consumer = queue.OpenConsumer();
        try
        {
            while (true)
            {
                await using var delivery = await consumer.ReceiveAsync(stop.Token);
                await delivery.AcknowledgeAsync(Cancelled);
                received.Enqueue(delivery.Body.ToString());
                if (received.Count == all)
                {
                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (!Cancelled.IsCancellationRequested)
        {
            // Everything was received.
        }
    }

    private static (string Body, int Priority, long Attempt) Describe(Delivery delivery) =>
        (delivery.Body.ToString(), delivery.Priority, delivery.Attempt);
}
