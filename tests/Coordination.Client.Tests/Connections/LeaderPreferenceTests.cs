namespace Coordination.Client.Tests;

public sealed class LeaderPreferenceTests : IAsyncLifetime
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);

    private readonly WatchedTime _time = new();
    private readonly List<FakeServer> _servers = [];
    private CoordinationClient _client = null!;

    private static CancellationToken Cancelled => TestLimits.Token;

    public async ValueTask InitializeAsync()
    {
        for (var member = 1UL; member <= 3; member++)
        {
            var server = await FakeServer.Start();
            server.Maintenance.Member = member;
            _servers.Add(server);
        }

        Elect(1, term: 1);
        var options = FakeServer.Options(_servers.Select(server => server.Url));
        (options.PreferLeader, options.TimeProvider) = (true, _time);
        _client = new CoordinationClient(options);
    }

    [Fact]
    public async Task Writes_go_to_the_member_that_leads_and_reads_where_they_went()
    {
        await WriteUntilArrivesAt(1);
        var before = _servers[0].KeyValues.Puts;

        for (var write = 0; write < 20; write++)
        {
            await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
            await _client.KeyValues.GetAsync("k", cancellationToken: Cancelled);
        }

        Assert.Equal((before, 20), (_servers[0].KeyValues.Puts, _servers[0].KeyValues.Ranges));
        Assert.Equal(21, _servers[1].KeyValues.Puts);
    }

    [Fact]
    public async Task Members_are_asked_once_in_a_while_only_and_the_latest_term_counts()
    {
        await WriteUntilArrivesAt(1);
        Assert.All(_servers, server => Assert.Equal(1, server.Maintenance.Asked));

        (_servers[2].Maintenance.Leader, _servers[2].Maintenance.Term) = (3, 2);
        _time.Advance(TimeSpan.FromSeconds(5));
        await WriteUntilArrivesAt(2);

        Assert.All(_servers, server => Assert.Equal(2, server.Maintenance.Asked));
    }

    [Fact]
    public async Task A_leader_that_does_not_serve_any_more_is_left_for_others_until_there_is_another()
    {
        await WriteUntilArrivesAt(1);
        _servers[1].KeyValues.OnPut = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "etcdserver: not leader"));
        var before = _servers[0].KeyValues.Puts;

        var writing = _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        _time.Advance(await _time.NextTimer(due => due < TimeSpan.FromSeconds(2)));
        await writing;
        Assert.Equal(before + 1, _servers[0].KeyValues.Puts);

        Elect(2, term: 2);
        _time.Advance(TimeSpan.FromSeconds(1));
        await WriteUntilArrivesAt(2);
    }

    [Theory, EveryServer]
    public async Task The_leader_of_a_real_cluster_is_found_and_its_successor(ServerKind kind)
    {
        await using var cluster = await RealCluster.Start(kind);
        var options = FakeServer.Options(cluster.Urls);
        (options.PreferLeader, options.LeaderRefreshInterval) = (true, TimeSpan.FromMilliseconds(100));
        await using var connections = new Connections(options);
        var leader = await cluster.FindLeader();
        await AwaitLeader(connections.Leaders!, url => url == cluster.Urls[leader]);

        await cluster.Kill(leader);

        await AwaitLeader(connections.Leaders!, url => url is not null && url != cluster.Urls[leader]);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private static async Task AwaitLeader(LeaderTracker leaders, Predicate<string?> isIt)
    {
        using var timer = new PeriodicTimer(AskAgainAfter);
        while (!isIt(leaders.Find()?.Address.GetLeftPart(UriPartial.Authority)))
        {
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private void Elect(int index, ulong term)
    {
        foreach (var server in _servers)
        {
            (server.Maintenance.Leader, server.Maintenance.Term) = (_servers[index].Maintenance.Member, term);
        }
    }

    /// <summary>Writes go on until what the client asked the members has become known to it.</summary>
    private async Task WriteUntilArrivesAt(int index)
    {
        while (_servers[index].KeyValues.Puts == 0)
        {
            await _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        }
    }
}
