using System.Text.Json;

namespace Coordination.Conformance.Tests;

/// <summary>Debian's etcdctl, each command a process.</summary>
public sealed class EtcdctlTests(Servers servers) : IClassFixture<Servers>
{
    private static readonly TimeSpan CommandMax = TimeSpan.FromSeconds(30);

    [Theory, OnEveryTarget]
    public async Task Keys_are_put_read_and_deleted(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);

        Assert.Equal("OK\n", await Run(endpoint, "put", "keys/a", "1"));
        Assert.Equal("OK\nkeys/a\n1\n", await Run(endpoint, "put", "--prev-kv", "keys/a", "2"));
        await Run(endpoint, "put", "keys/b", "3");
        Assert.Equal("keys/b\n3\nkeys/a\n2\n", await Run(endpoint, "get", "--prefix", "--order=DESCEND", "keys/"));
        Assert.Equal("keys/a\n\nkeys/b\n\n", await Run(endpoint, "get", "--keys-only", "keys/", "keys0"));
        Assert.Equal("keys/a\n2\n", await Run(endpoint, "get", "--limit=1", "--from-key", "keys/a"));
        Assert.Equal("2\n", await Run(endpoint, "del", "--prefix", "keys/"));
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_takes_its_branch(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);
        await Run(endpoint, "put", "txn/k", "1");
        const string Request = "value(\"txn/k\") = \"1\"\nversion(\"txn/none\") = \"0\"\n\nput txn/k 2\nget txn/k\n\ndel txn/k\n\n";

        Assert.Equal("SUCCESS\n\nOK\n\ntxn/k\n2\n", await RunWith(endpoint, Request, "txn"));
        Assert.Equal("FAILURE\n\n1\n", await RunWith(endpoint, Request, "txn"));
    }

    [Theory, OnEveryTarget]
    public async Task A_lease_lives_and_is_revoked(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);
        var granted = (await Run(endpoint, "lease", "grant", "60")).Split(' ');
        var lease = granted[1];

        Assert.Equal("granted with TTL(60s)\n", string.Join(' ', granted[2..]));
        await Run(endpoint, "put", $"--lease={lease}", "lease/k", "v");
        Assert.Contains("attached keys([lease/k])", await Run(endpoint, "lease", "timetolive", "--keys", lease), StringComparison.Ordinal);
        Assert.Equal($"lease {lease} keepalived with TTL(60)\n", await Run(endpoint, "lease", "keep-alive", "--once", lease));
        Assert.Contains(lease, await Run(endpoint, "lease", "list"), StringComparison.Ordinal);
        Assert.Equal($"lease {lease} revoked\n", await Run(endpoint, "lease", "revoke", lease));
        Assert.Equal("", await Run(endpoint, "get", "lease/k"));
        Assert.Equal($"lease {lease} already expired\n", await Run(endpoint, "lease", "timetolive", lease));
    }

    [Theory, OnEveryTarget]
    public async Task A_watch_tells_past_and_present(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);
        using var written = JsonDocument.Parse(await Run(endpoint, "put", "watch/k", "1", "-w=json"));
        var revision = written.RootElement.GetProperty("header").GetProperty("revision").GetInt64();
        using var watch = InteractiveProgram.Start(
            await Etcdctl(), $"--endpoints={endpoint}", "watch", "--prefix", "--prev-kv", $"--rev={revision}", "watch/");

        Assert.Equal(["PUT", "watch/k", "1"], await watch.ReadLines(3));
        await Run(endpoint, "put", "watch/k", "2");
        Assert.Equal(["PUT", "watch/k", "1", "watch/k", "2"], await watch.ReadLines(5));
        await Run(endpoint, "del", "watch/k");
        Assert.Equal(["DELETE", "watch/k", "2", "watch/k", ""], await watch.ReadLines(5));
    }

    [Theory, OnEveryTarget]
    public async Task A_lock_is_passed_on_when_its_key_is_deleted(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var endpoint = session.Ports.ClientUrl.Authority;
        using var queue = session.Watch();
        await queue.Watch(new WatchCreateRequest { Key = Bytes.Of("lock/"), RangeEnd = Bytes.Of("lock0") });
        using var holder = InteractiveProgram.Start(await Etcdctl(), $"--endpoints={endpoint}", "lock", "lock");
        var held = Assert.Single(await holder.ReadLines(1));
        using var waiter = InteractiveProgram.Start(await Etcdctl(), $"--endpoints={endpoint}", "lock", "lock", "echo", "second");
        await queue.Events(2);

        await Run(endpoint, "del", held);

        Assert.Equal(["second"], await waiter.ReadLines(1));
    }

    [Theory, OnEveryTarget]
    public async Task An_election_has_a_winner_that_others_see(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);
        using var candidate = InteractiveProgram.Start(await Etcdctl(), $"--endpoints={endpoint}", "elect", "election", "candidate");
        Assert.Equal("candidate", (await candidate.ReadLines(2))[1]);
        using var observer = InteractiveProgram.Start(await Etcdctl(), $"--endpoints={endpoint}", "elect", "--listen", "election");

        Assert.Equal("candidate", (await observer.ReadLines(2))[1]);
    }

    [Theory, OnEveryTarget]
    public async Task The_endpoint_is_healthy_and_tells_its_status(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);

        await Run(endpoint, "endpoint", "health");
        using var status = JsonDocument.Parse(await Run(endpoint, "endpoint", "status", "-w=json"));
        var answer = status.RootElement[0].GetProperty("Status");
        Assert.Equal(answer.GetProperty("header").GetProperty("member_id").GetUInt64(), answer.GetProperty("leader").GetUInt64());
        Assert.Contains(", started, default, ", await Run(endpoint, "member", "list"), StringComparison.Ordinal);
        Assert.StartsWith($"{endpoint}, ", await Run(endpoint, "endpoint", "hashkv"), StringComparison.Ordinal);
        Assert.Equal("", await Run(endpoint, "alarm", "list"));
    }

    [Theory, OnEveryTarget]
    public async Task Maintenance_commands_succeed(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        await Run(server.Endpoint, "put", "k", "1");
        await Run(server.Endpoint, "put", "k", "2");
        var snapshot = Path.GetTempFileName();
        try
        {
            await Run(server.Endpoint, "snapshot", "save", snapshot);
            Assert.Equal(32, new FileInfo(snapshot).Length % 512);
            Assert.Equal("compacted revision 3\n", await Run(server.Endpoint, "compaction", "--physical", "3"));
            await Run(server.Endpoint, "defrag");
            Assert.Equal("k\n2\n", await Run(server.Endpoint, "get", "k"));
        }
        finally
        {
            File.Delete(snapshot);
        }
    }

    [Theory, OnEveryTarget]
    public async Task Refusals_are_told_by_their_text(IConformanceTarget target)
    {
        var endpoint = await Endpoint(target);

        Assert.Contains("Error: etcdserver: mvcc: required revision is a future revision\n",
            await Fail(endpoint, "compaction", "1000000"), StringComparison.Ordinal);
        Assert.Contains("Error: etcdserver: key not found\n",
            await Fail(endpoint, "put", "--ignore-value", "missing"), StringComparison.Ordinal);
        Assert.Contains("Error: etcdserver: requested lease not found\n",
            await Fail(endpoint, "put", "--lease=4711", "k", "v"), StringComparison.Ordinal);
    }

    private async Task<string> Endpoint(IConformanceTarget target) => (await servers.Open(target)).Ports.ClientUrl.Authority;

    private static Task<string> Etcdctl() =>
        DebianPackage.Require("etcd-client", command: "etcdctl", TestContext.Current.CancellationToken);

    private static Task<string> Run(string endpoint, params string[] arguments) => RunWith(endpoint, input: "", arguments);

    private static async Task<string> RunWith(string endpoint, string input, params string[] arguments)
    {
        string[] all = [$"--endpoints={endpoint}", .. arguments];
        var run = await ProgramRun.Expect(await Etcdctl(), all, CommandMax, TestContext.Current.CancellationToken, input: input);
        return run.Output;
    }

    private static async Task<string> Fail(string endpoint, params string[] arguments)
    {
        var run = await ProgramRun.Of(
            await Etcdctl(), [$"--endpoints={endpoint}", .. arguments], CommandMax, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, run.ExitCode);
        return run.Errors;
    }
}
