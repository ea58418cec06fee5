namespace Coordination.Client.Tests;

public sealed class KeyValueTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestLimits.Token;

    [Theory, EveryServer]
    public async Task A_key_that_was_put_is_read_until_it_is_deleted(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var put = await client.KeyValues.PutAsync("k", "v1", cancellationToken: Cancelled);
        var again = await client.KeyValues.PutAsync("k", "v2", new PutOptions { ReturnPrevious = true }, Cancelled);

        var found = (await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue;
        var before = (await client.KeyValues.GetAsync("k", new ReadOptions { Revision = put.Revision }, Cancelled)).KeyValue;
        var deleted = await client.KeyValues.DeleteAsync("k", new DeleteOptions { ReturnPrevious = true }, Cancelled);

        Assert.Equal(new KeyValue("k", "v2", put.Revision, again.Revision, 2, LeaseId.None), found);
        Assert.Equal(new KeyValue("k", "v1", put.Revision, put.Revision, 1, LeaseId.None), before);
        Assert.Equal(before, again.Previous);
        Assert.Equal((1, found), (deleted.Deleted, Assert.Single(deleted.Previous)));
        Assert.Null((await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue);
    }

    [Theory, EveryServer]
    public async Task Bytes_that_are_no_text_come_back_as_they_were(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        byte[] key = [0, 0xff, 0x80], value = [0xc3, 0, 0x28];

        await client.KeyValues.PutAsync(key, value, cancellationToken: Cancelled);
        var found = Assert.Single((await client.KeyValues.GetRangeAsync(KeyRange.All, cancellationToken: Cancelled)).KeyValues);

        Assert.Equal(key, found.Key.Bytes.ToArray());
        Assert.Equal(value, found.Value.Bytes.ToArray());
    }

    [Theory, EveryServer]
    public async Task A_range_is_counted_limited_and_sorted(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        foreach (var (key, value) in new[] { ("a", "3"), ("b", "1"), ("c", "2") })
        {
            await client.KeyValues.PutAsync(key, value, cancellationToken: Cancelled);
        }

        var limited = await client.KeyValues.GetRangeAsync(KeyRange.All, new RangeOptions { Limit = 2 }, Cancelled);
        var sorted = await client.KeyValues.GetRangeAsync(
            KeyRange.All, new RangeOptions { SortBy = SortBy.Value, Descending = true }, Cancelled);
        var counted = await client.KeyValues.GetRangeAsync(KeyRange.From("b"), new RangeOptions { CountOnly = true }, Cancelled);

        Assert.Equal(["a", "b"], Keys(limited.KeyValues));
        Assert.Equal((3, true), (limited.Count, limited.HasMore));
        Assert.Equal(["a", "c", "b"], Keys(sorted.KeyValues));
        Assert.Equal((2, 0), (counted.Count, counted.KeyValues.Count));
    }

    [Theory, EveryServer]
    public async Task Pages_show_one_revision_whatever_is_written_in_between(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        string[] keys = [.. Enumerable.Range(0, 25).Select(number => $"k{number:d2}")];
        await client.KeyValues.When().Then([.. keys.Select(key => Operation.Put(key, "old"))]).CommitAsync(Cancelled);

        List<RangePage> pages = [];
        await foreach (var page in client.KeyValues.GetPagesAsync(KeyRange.Prefix("k"), pageSize: 10, cancellationToken: Cancelled))
        {
            pages.Add(page);
            await client.KeyValues.PutAsync("k24", "new", cancellationToken: Cancelled);
            await client.KeyValues.PutAsync("k99", "new", cancellationToken: Cancelled);
        }

        Assert.Equal([10, 10, 5], pages.Select(page => page.KeyValues.Count));
        Assert.Equal(keys, pages.SelectMany(page => Keys(page.KeyValues)));
        Assert.Single(pages.Select(page => page.SnapshotRevision).Distinct());
        Assert.All(pages.SelectMany(page => page.KeyValues), pair => Assert.Equal("old", pair.Value));
    }

    [Theory, EveryServer]
    public async Task A_transaction_does_one_side_or_the_other(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var create = client.KeyValues
            .When(Condition.Missing("leader"))
            .Then(Operation.Put("leader", "me"), Operation.Put("term", "1"))
            .Else(Operation.Get("leader"), Operation.GetRange(KeyRange.All), Operation.Delete("term"));

        var first = await create.CommitAsync(Cancelled);
        var second = await create.CommitAsync(Cancelled);

        Assert.True(first.Succeeded);
        Assert.Equal([new PutResult(null, first.Revision), new PutResult(null, first.Revision)], first.Results);
        Assert.False(second.Succeeded);
        Assert.Equal("me", Assert.IsType<GetResult>(second.Results[0]).KeyValue!.Value);
        Assert.Equal(["leader", "term"], Keys(Assert.IsType<RangeResult>(second.Results[1]).KeyValues));
        Assert.Equal(1, Assert.IsType<DeleteResult>(second.Results[2]).Deleted);
        Assert.True(second.Revision > first.Revision);
    }

    [Theory, EveryServer]
    public async Task Every_kind_of_condition_holds_where_it_should(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var revision = (await client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled)).Revision;

        var result = await client.KeyValues.When(
            Condition.Exists("k"), Condition.Missing("x"), Condition.NoneOf(KeyRange.Prefix("x")),
            Condition.ModRevision("k", Comparison.Equal, revision), Condition.CreateRevision("k", Comparison.Less, revision + 1),
            Condition.Version("k", Comparison.Greater, 0), Condition.Value("k", Comparison.NotEqual, "w"),
            Condition.Lease("k", LeaseId.None)).CommitAsync(Cancelled);
        var none = await client.KeyValues.When(Condition.NoneOf(KeyRange.All)).CommitAsync(Cancelled);

        Assert.True(result.Succeeded);
        Assert.False(none.Succeeded);
    }

    [Theory, EveryServer]
    public async Task A_namespace_sees_its_own_keys_by_their_short_names_and_no_others(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var inner = client.InNamespace("a/").InNamespace("b/");
        await client.KeyValues.PutAsync("a/b0", "outside", cancellationToken: Cancelled);
        await client.KeyValues.PutAsync("a/b/", "exactly the prefix", cancellationToken: Cancelled);
        await inner.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);

        var seen = await inner.KeyValues.GetRangeAsync(KeyRange.All, cancellationToken: Cancelled);
        var deleted = await inner.KeyValues.DeleteRangeAsync(KeyRange.From("a"), cancellationToken: Cancelled);
        var left = await client.KeyValues.GetRangeAsync(KeyRange.All, cancellationToken: Cancelled);

        Assert.Equal(["k"], Keys(seen.KeyValues));
        Assert.Equal(1, deleted.Deleted);
        Assert.Equal(["a/b/", "a/b0"], Keys(left.KeyValues));
    }

    [Theory, EveryServer]
    public async Task Compacted_and_future_revisions_are_told_apart(ServerKind kind)
    {
        await using var server = await RealServer.Start(kind);
        await using var client = new CoordinationClient(server.Url);
        var old = (await client.KeyValues.PutAsync("k", "1", cancellationToken: Cancelled)).Revision;
        var current = (await client.KeyValues.PutAsync("k", "2", cancellationToken: Cancelled)).Revision;
        await client.KeyValues.CompactAsync(current, Cancelled);

        await Assert.ThrowsAsync<CompactedException>(
            () => client.KeyValues.GetAsync("k", new ReadOptions { Revision = old }, Cancelled));
        await Assert.ThrowsAsync<CompactedException>(() => client.KeyValues.CompactAsync(old, Cancelled));
        var future = await Assert.ThrowsAsync<RequestRefusedException>(
            () => client.KeyValues.GetAsync("k", new ReadOptions { Revision = current + 1 }, Cancelled));
        Assert.Equal(CoordinationError.FutureRevision, future.Error);
    }

    [Theory, EveryServer]
    public async Task A_write_changes_the_value_or_the_lease_and_leaves_the_other_as_it_is(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var lease = (await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled)).Id;
        await client.KeyValues.PutAsync("k", "1", cancellationToken: Cancelled);

        await client.KeyValues.PutAsync("k", default, new PutOptions { KeepValue = true, Lease = lease }, Cancelled);
        var leased = (await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue!;
        await client.KeyValues.PutAsync("k", "2", new PutOptions { KeepLease = true }, Cancelled);
        var changed = (await client.KeyValues.GetAsync("k", cancellationToken: Cancelled)).KeyValue!;
        var refusals = await Task.WhenAll(
            Assert.ThrowsAsync<RequestRefusedException>(
                () => client.KeyValues.PutAsync("missing", default, new PutOptions { KeepValue = true }, Cancelled)),
            Assert.ThrowsAsync<RequestRefusedException>(
                () => client.KeyValues.PutAsync("k", "v", new PutOptions { KeepValue = true }, Cancelled)));

        Assert.Equal(("1", lease, 2), (leased.Value.ToString(), leased.Lease, leased.Version));
        Assert.Equal(("2", lease, 3), (changed.Value.ToString(), changed.Lease, changed.Version));
        Assert.All(refusals, refusal => Assert.Equal(CoordinationError.InvalidRequest, refusal.Error));
        await client.Leases.RevokeAsync(lease, Cancelled);
    }

    [Theory, EveryServer]
    public async Task A_transaction_within_a_transaction_decides_by_the_state_before_both_at_one_revision(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var inner = client.KeyValues.When(Condition.Exists("a")).Then(Operation.Put("b", "more")).Else(Operation.Put("b", "first"));
        var outer = client.KeyValues.When(Condition.Missing("x"))
            .Then(Operation.Put("a", "v"), Operation.Transaction(inner), Operation.Get("b"));

        var result = await outer.CommitAsync(Cancelled);
        var again = await outer.CommitAsync(Cancelled);

        var part = Assert.IsType<TransactionResult>(result.Results[1]);
        Assert.Equal((false, result.Revision), (part.Succeeded, part.Revision));
        Assert.Equal(new PutResult(null, result.Revision), Assert.Single(part.Results));
        Assert.Equal("first", Assert.IsType<GetResult>(result.Results[2]).KeyValue!.Value);
        Assert.True(Assert.IsType<TransactionResult>(again.Results[1]).Succeeded);
    }

    [Theory, EveryServer]
    public async Task A_compaction_can_be_waited_for_until_history_is_gone_from_the_disk(ServerKind kind)
    {
        await using var server = await RealServer.Start(kind);
        await using var client = new CoordinationClient(server.Url);
        await client.KeyValues.PutAsync("k", "1", cancellationToken: Cancelled);
        var current = (await client.KeyValues.PutAsync("k", "2", cancellationToken: Cancelled)).Revision;

        await client.KeyValues.CompactPhysicallyAsync(current, Cancelled);

        await Assert.ThrowsAsync<CompactedException>(
            () => client.KeyValues.GetAsync("k", new ReadOptions { Revision = current - 1 }, Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_lease_that_does_not_exist_cannot_hold_a_key(ServerKind kind)
    {
        await using var client = servers.Connect(kind);

        await Assert.ThrowsAsync<LeaseNotFoundException>(
            () => client.KeyValues.PutAsync("k", "v", new PutOptions { Lease = new LeaseId(123456) }, Cancelled));
    }

    private static IEnumerable<string> Keys(IEnumerable<KeyValue> keyValues) => keyValues.Select(pair => pair.Key.ToString());
}
