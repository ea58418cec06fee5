namespace Coordination.Recipes.Tests;

public sealed class MemberGroupTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Everybody_sees_members_join_change_and_leave(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var group = new MemberGroup(client.Root, "group");
        await using var first = await group.JoinAsync("a", "starting", cancellationToken: Cancelled);
        await using var events = group.WatchAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal((MemberEventKind.Joined, "a", "starting"), await Next(events));

        var second = await group.JoinAsync("b", "starting", cancellationToken: Cancelled);
        Assert.Equal((MemberEventKind.Joined, "b", "starting"), await Next(events));
        await first.DescribeAsync("serving", Cancelled);
        Assert.Equal((MemberEventKind.Changed, "a", "serving"), await Next(events));
        Assert.Equal(["a", "b"], (await group.GetMembersAsync(Cancelled)).Select(member => member.Id));
        await second.DisposeAsync();

        Assert.Equal((MemberEventKind.Left, "b", "starting"), await Next(events));
        Assert.Single(await group.GetMembersAsync(Cancelled));
    }

    [Theory, EveryServer]
    public async Task A_member_whose_process_dies_is_gone_within_its_time_and_half_a_second(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        await using var dying = servers[kind].Connect(client.Root.Prefix);
        var group = new MemberGroup(client.Root, "group");
        await new MemberGroup(dying.Root, "group").JoinAsync("a", "", TimeSpan.FromSeconds(2), Cancelled);
        await using var events = group.WatchAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Equal((MemberEventKind.Joined, "a", ""), await Next(events));

        // A client that is disposed of renews nothing any more, and revokes nothing.
        await dying.DisposeAsync();
        var died = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal((MemberEventKind.Left, "a", ""), await Next(events));

        // The promise, and some time for a busy machine.
        Assert.InRange(died.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2.5 + 2));
    }

    [Theory, EveryServer]
    public async Task A_member_whose_lease_is_lost_joins_again(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var group = new MemberGroup(client.Root, "group");
        await using var member = await group.JoinAsync("a", "x", TimeSpan.FromSeconds(2), Cancelled);
        await using var events = group.WatchAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        await Next(events);
        var key = (await client.KeyValues.GetAsync("group/a", cancellationToken: Cancelled)).KeyValue!;

        await client.Leases.RevokeAsync(key.Lease, Cancelled);

        Assert.Equal((MemberEventKind.Left, "a", "x"), await Next(events));
        Assert.Equal((MemberEventKind.Joined, "a", "x"), await Next(events));
    }

    private static async Task<(MemberEventKind Kind, string Id, string Description)> Next(IAsyncEnumerator<MemberEvent> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        return (events.Current.Kind, events.Current.Member.Id, events.Current.Member.Description.ToString());
    }
}
