using System.Text.Json;

namespace Coordination.Conformance.Tests;

/// <summary>Debian's etcdctl, connected to one member.</summary>
public sealed class EtcdctlTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Keys_are_put_read_and_deleted(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var (all, a, b) = (session.Prefix, session.Prefix + "a", session.Prefix + "b");

        Assert.Equal("OK\n", await Run(session, "put", a, "1"));
        Assert.Equal($"OK\n{a}\n1\n", await Run(session, "put", "--prev-kv", a, "2"));
        await Run(session, "put", b, "3");
        Assert.Equal($"{b}\n3\n{a}\n2\n", await Run(session, "get", "--prefix", "--order=DESCEND", all));
        Assert.Equal($"{a}\n\n{b}\n\n", await Run(session, "get", "--keys-only", all, session.End.ToStringUtf8()));
        Assert.Equal($"{a}\n2\n", await Run(session, "get", "--limit=1", "--from-key", a));
        Assert.Equal("2\n", await Run(session, "del", "--prefix", all));
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_takes_its_branch(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var (key, none) = (session.Prefix + "k", session.Prefix + "none");
        await Run(session, "put", key, "1");
        var request = $"value(\"{key}\") = \"1\"\nversion(\"{none}\") = \"0\"\n\nput {key} 2\nget {key}\n\ndel {key}\n\n";

        Assert.Equal($"SUCCESS\n\nOK\n\n{key}\n2\n", await RunWith(session, request, "txn"));
        Assert.Equal("FAILURE\n\n1\n", await RunWith(session, request, "txn"));
    }

    [Theory, OnEveryTarget]
    public async Task A_lease_lives_and_is_revoked(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var key = session.Prefix + "k";
        var granted = (await Run(session, "lease", "grant", "60")).Split(' ');
        var lease = granted[1];

        Assert.Equal("granted with TTL(60s)\n", string.Join(' ', granted[2..]));
        await Run(session, "put", $"--lease={lease}", key, "v");
        Assert.Contains($"attached keys([{key}])", await Run(session, "lease", "timetolive", "--keys", lease), StringComparison.Ordinal);
        Assert.Equal($"lease {lease} keepalived with TTL(60)\n", await Run(session, "lease", "keep-alive", "--once", lease));
        Assert.Contains(lease, await Run(session, "lease", "list"), StringComparison.Ordinal);
        Assert.Equal($"lease {lease} revoked\n", await Run(session, "lease", "revoke", lease));
        Assert.Equal("", await Run(session, "get", key));
        Assert.Equal($"lease {lease} already expired\n", await Run(session, "lease", "timetolive", lease));
    }

    [Theory, OnEveryTarget]
    public async Task A_watch_tells_past_and_present(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var key = session.Prefix + "k";
        using var written = JsonDocument.Parse(await Run(session, "put", key, "1", "-w=json"));
        var revision = written.RootElement.GetProperty("header").GetProperty("revision").GetInt64();
        using var watch = await Start(session, "watch", "--prefix", "--prev-kv", $"--rev={revision}", session.Prefix);

        Assert.Equal(["PUT", key, "1"], await watch.ReadLines(3));
        await Run(session, "put", key, "2");
        Assert.Equal(["PUT", key, "1", key, "2"], await watch.ReadLines(5));
        await Run(session, "del", key);
        Assert.Equal(["DELETE", key, "2", key, ""], await watch.ReadLines(5));
    }

    [Theory, OnEveryTarget]
    public async Task A_lock_is_passed_on_when_its_key_is_deleted(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var name = session.Prefix + "lock";
        using var queue = session.Watch();
        await queue.Watch(new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End });
        using var holder = await Start(session, "lock", name);
        var held = Assert.Single(await holder.ReadLines(1));
        using var waiter = await Start(session, "lock", name, "echo", "second");
        await queue.Events(2);

        await Run(session, "del", held);

        Assert.Equal(["second"], await waiter.ReadLines(1));
    }

    [Theory, OnEveryTarget]
    public async Task An_election_has_a_winner_that_others_see(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var name = session.Prefix + "election";
        using var candidate = await Start(session, "elect", name, "candidate");
        Assert.Equal("candidate", (await candidate.ReadLines(2))[1]);
        using var observer = await Start(session, "elect", "--listen", name);

        Assert.Equal("candidate", (await observer.ReadLines(2))[1]);
    }

    [Theory, OnEveryTarget]
    public async Task The_endpoint_is_healthy_and_tells_its_status(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Run(session, "endpoint", "health");
        using var status = JsonDocument.Parse(await Run(session, "endpoint", "status", "-w=json"));
        var leader = status.RootElement[0].GetProperty("Status").GetProperty("leader").GetUInt64();
        Assert.Equal((await session.Through(0).Status()).Header.MemberId, leader);
        Assert.Contains($", started, {session.Member.Name}, ", await Run(session, "member", "list"), StringComparison.Ordinal);
        Assert.StartsWith($"{session.Endpoint}, ", await Run(session, "endpoint", "hashkv"), StringComparison.Ordinal);
        Assert.Equal("", await Run(session, "alarm", "list"));
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task Maintenance_commands_succeed(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await Run(session, "put", "k", "1");
        await Run(session, "put", "k", "2");
        var snapshot = Path.GetTempFileName();
        try
        {
            await Run(session, "snapshot", "save", snapshot);
            Assert.Equal(32, new FileInfo(snapshot).Length % 512);
            Assert.Equal("compacted revision 3\n", await Run(session, "compaction", "--physical", "3"));
            await Run(session, "defrag");
            Assert.Equal("k\n2\n", await Run(session, "get", "k"));
        }
        finally
        {
            File.Delete(snapshot);
        }
    }

    [Theory, OnEveryTarget]
    public async Task Refusals_are_told_by_their_text(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        Assert.Contains("Error: etcdserver: mvcc: required revision is a future revision\n",
            await Fail(session, "compaction", "1000000"), StringComparison.Ordinal);
        Assert.Contains("Error: etcdserver: key not found\n",
            await Fail(session, "put", "--ignore-value", "missing"), StringComparison.Ordinal);
        Assert.Contains("Error: etcdserver: requested lease not found\n",
            await Fail(session, "put", "--lease=4711", "k", "v"), StringComparison.Ordinal);
    }

    private static Task<InteractiveProgram> Start(Session session, params string[] arguments) =>
        Etcdctl.Start(session.Endpoint, arguments);

    private static Task<string> Run(Session session, params string[] arguments) => Etcdctl.Run(session.Endpoint, arguments);

    private static Task<string> RunWith(Session session, string input, params string[] arguments) =>
        Etcdctl.Run(session.Endpoint, arguments, input);

    private static Task<string> Fail(Session session, params string[] arguments) => Etcdctl.Fail(session.Endpoint, arguments);
}
