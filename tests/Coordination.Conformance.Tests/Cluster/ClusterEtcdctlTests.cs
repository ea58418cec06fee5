using System.Globalization;
using System.Text.Json;

namespace Coordination.Conformance.Tests;

/// <summary>Debian's etcdctl with the addresses of all members.</summary>
public sealed class ClusterEtcdctlTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryCluster]
    public async Task All_endpoints_are_healthy(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        using var health = JsonDocument.Parse(await Run(session, "endpoint", "health", "-w=json"));

        Assert.Equal(Endpoints(session).Order(), health.RootElement.EnumerateArray().Select(Endpoint).Order());
        Assert.All(health.RootElement.EnumerateArray(), member => Assert.True(member.GetProperty("health").GetBoolean()));
    }

    [Theory, OnEveryCluster]
    public async Task All_endpoints_tell_their_status_and_one_hash(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await Run(session, "put", session.Prefix + "k", "v");
        foreach (var member in session.ThroughEach)
        {
            await member.Revision();
        }

        using var status = JsonDocument.Parse(await Run(session, "endpoint", "status", "-w=json"));
        using var hashes = JsonDocument.Parse(await Run(session, "endpoint", "hashkv", "-w=json"));

        Assert.Equal(Endpoints(session), status.RootElement.EnumerateArray().Select(Endpoint));
        Assert.Single(status.RootElement.EnumerateArray().Select(member => Leader(member.GetProperty("Status"))).Distinct());
        Assert.Equal(session.Members.Count, hashes.RootElement.GetArrayLength());
        Assert.Single(hashes.RootElement.EnumerateArray().Select(
            member => member.GetProperty("HashKV").GetProperty("hash").GetUInt32()).Distinct());
    }

    [Theory, OnEveryCluster]
    public async Task The_cluster_is_found_from_one_endpoint(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await Eventually.Holds(async () => (await session.MemberList()).Members.All(member => member.ClientURLs.Count > 0));

        using var status = JsonDocument.Parse(await Etcdctl.Run(session.Endpoint, ["endpoint", "status", "--cluster", "-w=json"]));

        Assert.Equal(
            session.Members.Select(member => member.Ports.ClientUrl.GetLeftPart(UriPartial.Authority)).Order(),
            status.RootElement.EnumerateArray().Select(Endpoint).Order());
    }

    [Theory, OnEveryCluster]
    public async Task All_members_are_listed_as_started(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var listed = (await Run(session, "member", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(session.Members.Count, listed.Length);
        Assert.All(session.Members, member => Assert.Contains(listed, line => line.Contains(
            $", started, {member.Name}, {member.Ports.PeerUrl.GetLeftPart(UriPartial.Authority)}, ", StringComparison.Ordinal)));
    }

    [Theory, OnEveryCluster]
    public async Task Leadership_is_moved(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var from = (await session.Through(0).Status()).Header.MemberId;
        var to = (await session.Through(1).Status()).Header.MemberId;

        var output = await Run(session, "move-leader", to.ToString("x", CultureInfo.InvariantCulture));

        Assert.Equal($"Leadership transferred from {from:x} to {to:x}\n", output);
        await Eventually.Holds(async () => (await session.Status()).Leader == to);
    }

    [Theory, OnEveryCluster]
    public async Task Commands_go_on_when_the_first_endpoint_is_dead(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await Run(session, "put", "k", "before");

        await session.Members[2].Kill();

        var deadFirst = string.Join(',', Endpoints(session).Reverse());
        Assert.Equal("OK\n", await Etcdctl.Run(deadFirst, ["put", "k", "after"]));
        Assert.Equal("k\nafter\n", await Etcdctl.Run(deadFirst, ["get", "k"]));
    }

    private static Task<string> Run(Session session, params string[] arguments) =>
        Etcdctl.Run(string.Join(',', Endpoints(session)), arguments);

    private static IEnumerable<string> Endpoints(Session session) => session.Members.Select(member => member.Ports.ClientUrl.Authority);

    private static string Endpoint(JsonElement member) =>
        (member.TryGetProperty("Endpoint", out var endpoint) ? endpoint : member.GetProperty("endpoint")).GetString()!;

    private static ulong Leader(JsonElement status) => status.GetProperty("leader").GetUInt64();
}
