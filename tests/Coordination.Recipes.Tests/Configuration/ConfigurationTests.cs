namespace Coordination.Recipes.Tests;

public sealed class ConfigurationTests(SharedServers servers)
{
    private static readonly Dictionary<string, string> North = new() { ["zone"] = "north" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Versions_are_published_rolled_back_and_kept(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var document = new ConfigurationDocument(client.Root, "config", historyMax: 3);
        Assert.Null(await document.FindAsync(cancellationToken: Cancelled));
        await using var seen = document.WatchAsync(cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal(1, await document.PublishAsync("one", Cancelled));
        Assert.Equal(new ConfigurationVersion(1, "one"), await Next(seen));
        Assert.Equal(2, await document.PublishAsync("two", Cancelled));
        Assert.Equal(new ConfigurationVersion(2, "two"), await Next(seen));

        Assert.Equal(1, await document.RollBackAsync(1, Cancelled));
        Assert.Equal(new ConfigurationVersion(1, "one"), await Next(seen));
        Assert.Equal(new ConfigurationVersion(1, "one"), await document.FindAsync(cancellationToken: Cancelled));
        for (var number = 3; number <= 5; number++)
        {
            Assert.Equal(number, await document.PublishAsync($"{number}", Cancelled));
        }

        Assert.Equal([5, 4, 3], (await document.GetHistoryAsync(Cancelled)).Select(version => version.Number));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => document.RollBackAsync(1, Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_document_is_replaced_only_if_the_expected_version_is_in_force(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var document = new ConfigurationDocument(client.Root, "config");

        Assert.Equal(1, await document.ReplaceAsync("one", expected: 0, Cancelled));
        Assert.Equal(2, await document.ReplaceAsync("two", expected: 1, Cancelled));
        await document.RollBackAsync(1, Cancelled);
        var refusal = await Assert.ThrowsAsync<VersionMismatchException>(() => document.ReplaceAsync("x", expected: 2, Cancelled));

        Assert.Equal(1, refusal.Current);
        Assert.Equal(3, await document.ReplaceAsync("three", expected: 1, Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_gray_release_is_seen_by_those_with_its_labels_until_it_is_for_all(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var document = new ConfigurationDocument(client.Root, "config");
        await document.PublishAsync("old", Cancelled);
        await using var north = document.WatchAsync(North, Cancelled).GetAsyncEnumerator(Cancelled);
        await using var others = document.WatchAsync(cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal("old", (await Next(north)).Content);
        Assert.Equal("old", (await Next(others)).Content);

        await document.TryOutAsync("new", new Dictionary<string, IReadOnlyList<string>> { ["zone"] = ["north", "west"] }, Cancelled);
        Assert.Equal("new", (await Next(north)).Content);
        Assert.Equal("old", (await document.FindAsync(cancellationToken: Cancelled))!.Content);
        await document.WithdrawAsync(Cancelled);
        Assert.Equal("old", (await Next(north)).Content);
        await document.TryOutAsync("newer", new Dictionary<string, IReadOnlyList<string>> { ["zone"] = ["north"] }, Cancelled);
        Assert.Equal("newer", (await Next(north)).Content);
        await document.PromoteAsync(Cancelled);

        Assert.Equal(new ConfigurationVersion(3, "newer"), await Next(others));
        await Assert.ThrowsAsync<InvalidOperationException>(() => document.PromoteAsync(Cancelled));
    }

    [Theory, EveryServer]
    public async Task Listeners_see_every_message_of_their_topics_in_order_and_go_on_where_they_were(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var topics = new Topics(client.Root);
        var begun = await topics.PublishAsync("orders/created", "0", Cancelled);
        await using var listening = topics.ListenAsync("orders/", begun, Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal(new TopicMessage("orders/created", "0", begun), await Next(listening));
        await topics.PublishAsync("mail/sent", "not for us", Cancelled);
        var first = await topics.PublishAsync("orders/created", "1", Cancelled);
        var second = await topics.PublishAsync("orders/paid", "2", Cancelled);

        Assert.Equal(new TopicMessage("orders/created", "1", first), await Next(listening));
        Assert.Equal(new TopicMessage("orders/paid", "2", second), await Next(listening));
        Assert.Equal("2", (await topics.FindLastAsync("orders/paid", Cancelled))!.Body);
        Assert.Null(await topics.FindLastAsync("orders/lost", Cancelled));
        await using var resumed = topics.ListenAsync(fromRevision: first + 1, cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal(second, (await Next(resumed)).Revision);
    }

    private static async Task<T> Next<T>(IAsyncEnumerator<T> watched)
    {
        Assert.True(await watched.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        return watched.Current;
    }
}
