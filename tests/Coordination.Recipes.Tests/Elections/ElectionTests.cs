namespace Coordination.Recipes.Tests;

public sealed class ElectionTests(SharedServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory, EveryServer]
    public async Task Candidates_lead_one_after_another_in_growing_epochs(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var election = new Election(client.Root, "election");
        Assert.Null(await election.FindLeaderAsync(Cancelled));
        var first = await election.CampaignAsync("a", Cancelled);
        var second = election.CampaignAsync("b", Cancelled);
        await LineOf.AwaitLength(client.Root, "election/", 2);

        Assert.Equal("a", (await election.FindLeaderAsync(Cancelled))!.Proposal);
        Assert.False(second.IsCompleted);
        await first.DisposeAsync();
        await using var next = await second.WaitAsync(Cancelled);

        Assert.Equal(new Leader(next.Candidate, "b", next.Epoch, (await election.FindLeaderAsync(Cancelled))!.Lease),
            await election.FindLeaderAsync(Cancelled));
        Assert.True(next.Epoch > first.Epoch);
        Assert.True(first.IsLost);
    }

    [Theory, EveryServer]
    public async Task Observers_see_every_leader_and_every_proclamation(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var election = new Election(client.Root, "election");
        await using var observed = election.ObserveAsync(Cancelled).GetAsyncEnumerator(Cancelled);
        Assert.Null(await Next(observed));

        var first = await election.CampaignAsync("a", Cancelled);
        Assert.Equal("a", (await Next(observed))!.Proposal);
        await first.ProclaimAsync("a2", Cancelled);
        Assert.Equal(("a2", first.Epoch), Describe(await Next(observed)));
        var second = election.CampaignAsync("b", Cancelled);
        await LineOf.AwaitLength(client.Root, "election/", 2);
        await first.DisposeAsync();
        await using (var next = await second.WaitAsync(Cancelled))
        {
            Assert.Equal(("b", next.Epoch), Describe(await Next(observed)));
        }

        Assert.Null(await Next(observed));
    }

    [Theory, EveryServer]
    public async Task A_leader_that_lost_its_lease_cannot_proclaim_or_write(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var election = new Election(client.Root, "election", new ElectionOptions { TimeToLive = TimeSpan.FromSeconds(2) });
        await using var old = await election.CampaignAsync("old", Cancelled);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = old.LostToken.Register(told.SetResult);
        await old.WriteAsync([Operation.Put("protected", "old")], Cancelled);

        await client.Leases.RevokeAsync((await election.FindLeaderAsync(Cancelled))!.Lease, Cancelled);
        await using var current = await election.CampaignAsync("new", Cancelled);

        await Assert.ThrowsAsync<LockLostException>(() => old.ProclaimAsync("old again", Cancelled));
        await Assert.ThrowsAsync<LockLostException>(() => old.WriteAsync([Operation.Put("protected", "stale")], Cancelled));
        Assert.Equal("new", (await election.FindLeaderAsync(Cancelled))!.Proposal);
        await told.Task.WaitAsync(Cancelled);
        Assert.Equal(TimeSpan.Zero, old.Remaining);
    }

    [Theory, EveryServer]
    public async Task A_lease_of_somebody_elses_stands_once_and_its_leader_is_served_by_key(ServerKind kind)
    {
        await using var client = servers.Connect(kind);
        var election = new Election(client.Root, "election");
        var lease = await client.Leases.GrantAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancelled);

        var leader = await election.CampaignForLeaseAsync(lease.Id, "a", Cancelled);
        Assert.Equal(leader with { Proposal = "b" }, await election.CampaignForLeaseAsync(lease.Id, "b", Cancelled));
        Assert.True(await election.ProclaimAsync(leader with { Proposal = "c" }, Cancelled));
        Assert.Equal(leader with { Proposal = "c" }, await election.FindLeaderAsync(Cancelled));
        await election.ResignAsync(leader, Cancelled);

        Assert.False(await election.ProclaimAsync(leader, Cancelled));
        Assert.Null(await election.FindLeaderAsync(Cancelled));
    }

    [Theory, EveryServer]
    public async Task Etcdctl_stands_observes_and_resigns_in_the_same_election(ServerKind kind)
    {
        await using var client = servers[kind].Connect();
        var name = $"etcdctl-election-{kind}";
        var election = new Election(client.Root, name);
        var ours = await election.CampaignAsync("ours", Cancelled);
        await using var listening = await EtcdCtl.Start(servers[kind], "elect", "-l", name);
        Assert.Equal(ours.Candidate, await listening.ReadLine());
        Assert.Equal("ours", await listening.ReadLine());

        await using var theirs = await EtcdCtl.Start(servers[kind], "elect", name, "theirs");
        await LineOf.AwaitLength(client.Root, $"{name}/", 2);
        await ours.DisposeAsync();
        Assert.StartsWith($"{name}/", await theirs.ReadLine(), StringComparison.Ordinal);
        var leader = await election.FindLeaderAsync(Cancelled);
        Assert.Equal(("theirs", true), (leader!.Proposal.ToString(), leader.Epoch > ours.Epoch));
        var again = election.CampaignAsync("ours again", Cancelled);
        await LineOf.AwaitLength(client.Root, $"{name}/", 2);
        await theirs.Interrupt();

        await (await again.WaitAsync(Cancelled)).DisposeAsync();
    }

    private static async Task<Leader?> Next(IAsyncEnumerator<Leader?> observed)
    {
        Assert.True(await observed.MoveNextAsync().AsTask().WaitAsync(Cancelled));
        return observed.Current;
    }

    private static (string Proposal, FencingToken Epoch) Describe(Leader? leader) => (leader!.Proposal.ToString(), leader.Epoch);
}
