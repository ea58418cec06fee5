using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server.Tests;

/// <summary>What clients see of a cluster of three, whichever member they are connected to.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ClusterTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_is_renewed_and_asked_about_through_every_member()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        foreach (string name in cluster.Names)
        {
            var leases = new Lease.LeaseClient(cluster.Channel(name));
            LeaseGrantResponse lease = await leases.LeaseGrantAsync(new LeaseGrantRequest { TTL = 100 }, cancellationToken: Token);
            foreach (string other in cluster.Names)
            {
                Assert.Equal(100, (await RenewAsync(cluster, other, lease.ID)).TTL);
                LeaseTimeToLiveResponse left = await new Lease.LeaseClient(cluster.Channel(other)).LeaseTimeToLiveAsync(
                    new LeaseTimeToLiveRequest { ID = lease.ID, Keys = true }, cancellationToken: Token);
                Assert.InRange(left.TTL, 90, 100);
                Assert.Equal(100, left.GrantedTTL);
            }
        }

        foreach (string name in cluster.Names)
        {
            Assert.Equal(0, (await RenewAsync(cluster, name, 4711)).TTL);
            LeaseTimeToLiveResponse none = await new Lease.LeaseClient(cluster.Channel(name)).LeaseTimeToLiveAsync(
                new LeaseTimeToLiveRequest { ID = 4711 }, cancellationToken: Token);
            Assert.Equal((-1, 0), (none.TTL, none.GrantedTTL));
        }
    }

    [Fact]
    public async Task Leadership_moves_where_it_is_asked_to()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            string leader = await FindLeaderAsync(cluster);
            string target = cluster.Names.First(name => name != leader);
            var request = new MoveLeaderRequest { TargetID = cluster[target].MemberId };

            await new Maintenance.MaintenanceClient(cluster.Channel(leader)).MoveLeaderAsync(request, cancellationToken: Token);

            Assert.Equal(target, await FindLeaderAsync(cluster));
        }
    }

    [Fact]
    public async Task Leadership_is_moved_by_the_leader_only_and_to_members_only()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string leader = await FindLeaderAsync(cluster);
        foreach (string name in cluster.Names)
        {
            RpcException refusal = await Assert.ThrowsAsync<RpcException>(
                async () => await new Maintenance.MaintenanceClient(cluster.Channel(name)).MoveLeaderAsync(
                    new MoveLeaderRequest { TargetID = 4711 }, cancellationToken: Token));
            Assert.Equal(
                name == leader ? "etcdserver: bad leader transferee" : "etcdserver: not leader", refusal.Status.Detail);
        }
    }

    [Fact]
    public async Task A_leader_that_stops_hands_over_and_clients_of_the_others_notice_nothing()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string leader = await FindLeaderAsync(cluster);
        string other = cluster.Names.First(name => name != leader);
        var kv = new KV.KVClient(cluster.Channel(other));
        ulong before = (await PutAsync(kv, "before")).Header.RaftTerm;

        await cluster.StopAsync(leader);

        // The next term is the one that was handed over: nobody had to stand for election in vain.
        Assert.Equal(before + 1, (await PutAsync(kv, "after")).Header.RaftTerm);
    }

    [Fact]
    public async Task A_stream_that_insists_on_a_leader_ends_without_one()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string[] names = [.. cluster.Names];
        var headers = new Metadata { { "hasleader", "true" } };
        var leases = new Lease.LeaseClient(cluster.Channel(names[0]));
        LeaseGrantResponse lease = await leases.LeaseGrantAsync(new LeaseGrantRequest { TTL = 100 }, cancellationToken: Token);
        using var renewals = leases.LeaseKeepAlive(headers, cancellationToken: Token);
        await renewals.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = lease.ID }, Token);
        Assert.True(await renewals.ResponseStream.MoveNext(Token));

        await cluster.StopAsync(names[1]);
        await cluster.StopAsync(names[2]);

        RpcException end = await Assert.ThrowsAsync<RpcException>(async () => await renewals.ResponseStream.MoveNext(Token));
        Assert.Equal((StatusCode.Unavailable, "etcdserver: no leader"), (end.StatusCode, end.Status.Detail));
    }

    [Fact]
    public async Task The_peer_port_tells_version_and_members()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        using var http = new HttpClient();
        foreach (string name in cluster.Names)
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri(cluster.PeerUrl(name), "/members"), Token);
            string text = await answer.Content.ReadAsStringAsync(Token);

            Assert.Equal([$"{cluster[name].ClusterId:x}"], answer.Headers.GetValues("X-Etcd-Cluster-Id"));
            foreach (string member in cluster.Names)
            {
                string expected = $"{{\"id\":{cluster[member].MemberId},\"peerURLs\":[\"{cluster.PeerUrl(member).OriginalString}\"],"
                    + $"\"name\":\"{member}\",\"clientURLs\":[";
                Assert.Contains(expected, text, StringComparison.Ordinal);
            }

            Assert.StartsWith(
                "{\"etcdserver\":", await http.GetStringAsync(new Uri(cluster.PeerUrl(name), "/version"), Token), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Every_member_tells_where_clients_find_all_of_them()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        foreach (string name in cluster.Names)
        {
            MemberListResponse list = await new Protocol.Etcd.Cluster.ClusterClient(cluster.Channel(name)).MemberListAsync(
                new MemberListRequest { Linearizable = true }, cancellationToken: Token);

            Assert.Equal(
                cluster.Names.Select(member => (
                    cluster[member].MemberId, member, cluster.PeerUrl(member).OriginalString,
                    cluster[member].ClientUrl.GetLeftPart(UriPartial.Authority))).OrderBy(static member => member.MemberId),
                list.Members.Select(static member => (member.ID, member.Name, member.PeerURLs.Single(), member.ClientURLs.Single())));
        }
    }

    [Fact]
    public async Task A_member_that_lost_its_data_does_not_come_back_empty()
    {
        await using EmbeddedCluster cluster = await EmbeddedCluster.StartAsync();
        string lost = await FindLeaderAsync(cluster);
        await PutAsync(new KV.KVClient(cluster.Channel(lost)), "k");
        await cluster.StopAsync(lost);
        cluster.LoseData(lost);

        NodeStartException refusal = await Assert.ThrowsAsync<NodeStartException>(() => cluster.StartAsync(lost));

        Assert.Contains("has run before, and its data directory is empty now", refusal.Message, StringComparison.Ordinal);
        foreach (string name in cluster.Names.Where(name => name != lost))
        {
            await PutAsync(new KV.KVClient(cluster.Channel(name)), "k");
        }
    }

    [Fact]
    public async Task Two_of_three_new_members_begin_a_cluster_and_the_third_joins_them()
    {
        await using EmbeddedCluster cluster = EmbeddedCluster.NotStarted();
        string[] names = [.. cluster.Names];
        await Task.WhenAll(cluster.StartAsync(names[0]), cluster.StartAsync(names[1]));
        await PutAsync(new KV.KVClient(cluster.Channel(names[0])), "k");

        await cluster.StartAsync(names[2]);

        // Through the newcomer what the others acknowledged without it is seen, and writes are taken.
        var kv = new KV.KVClient(cluster.Channel(names[2]));
        RangeResponse read = await kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("k") }, cancellationToken: Token);
        Assert.Equal(1, read.Count);
        Assert.True((await PutAsync(kv, "another")).Header.Revision > read.Header.Revision);
    }

    private static async Task<string> FindLeaderAsync(EmbeddedCluster cluster)
    {
        foreach (string name in cluster.Names)
        {
            // A linearizable read leaves no doubt about who leads.
            await new KV.KVClient(cluster.Channel(name)).RangeAsync(
                new RangeRequest { Key = ByteString.CopyFromUtf8("k") }, cancellationToken: Token);
            StatusResponse status = await new Maintenance.MaintenanceClient(cluster.Channel(name)).StatusAsync(
                new StatusRequest(), cancellationToken: Token);
            if (status.Leader == status.Header.MemberId)
            {
                return name;
            }
        }

        throw new InvalidOperationException("No member leads.");
    }

    /// <summary>Puts as clients do: again while there is no leader, which takes its time where many tests share the cores.</summary>
    private static async Task<PutResponse> PutAsync(KV.KVClient kv, string key)
    {
        while (true)
        {
            try
            {
                return await kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8(key) }, cancellationToken: Token);
            }
            catch (RpcException noLeader) when (noLeader.StatusCode == StatusCode.Unavailable)
            {
                Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<LeaseKeepAliveResponse> RenewAsync(EmbeddedCluster cluster, string name, long id)
    {
        using var call = new Lease.LeaseClient(cluster.Channel(name)).LeaseKeepAlive(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new LeaseKeepAliveRequest { ID = id }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        return call.ResponseStream.Current;
    }
}
