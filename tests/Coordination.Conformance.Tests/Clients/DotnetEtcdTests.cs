using System.Threading.Channels;
using dotnet_etcd;

namespace Coordination.Conformance.Tests;

/// <summary>The NuGet package dotnet-etcd, in this process. It brings its own generated types.</summary>
public sealed class DotnetEtcdTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Keys_are_put_read_and_deleted(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var client = Connect(session);
        await client.PutAsync(session.Prefix + "keys/a", "1", cancellationToken: Token);
        await client.PutAsync(session.Prefix + "keys/b", "2", cancellationToken: Token);

        Assert.Equal("1", await client.GetValAsync(session.Prefix + "keys/a", cancellationToken: Token));
        var all = await client.GetRangeValAsync(session.Prefix + "keys/", cancellationToken: Token);
        Assert.Equal(["1", "2"], all.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));
        Assert.Equal(2, (await client.DeleteRangeAsync(session.Prefix + "keys/", cancellationToken: Token)).Deleted);
    }

    [Theory, OnEveryTarget]
    public async Task A_transaction_takes_its_branch(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var client = Connect(session);
        var key = Bytes.Of(session.Prefix + "txn/k");
        var create = new Etcdserverpb.TxnRequest
        {
            Compare = { new Etcdserverpb.Compare { Key = key, Target = Etcdserverpb.Compare.Types.CompareTarget.Create } },
            Success = { new Etcdserverpb.RequestOp { RequestPut = new Etcdserverpb.PutRequest { Key = key } } },
        };

        Assert.True((await client.TransactionAsync(create, cancellationToken: Token)).Succeeded);
        Assert.False((await client.TransactionAsync(create, cancellationToken: Token)).Succeeded);
    }

    [Theory, OnEveryTarget]
    public async Task A_lease_lives_and_is_revoked(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var client = Connect(session);
        var lease = await client.LeaseGrantAsync(new Etcdserverpb.LeaseGrantRequest { TTL = 60 }, cancellationToken: Token);
        await client.PutAsync(
            new Etcdserverpb.PutRequest { Key = Bytes.Of(session.Prefix + "lease/k"), Lease = lease.ID }, cancellationToken: Token);
        var renewed = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);

        await client.LeaseKeepAlive(
            new Etcdserverpb.LeaseKeepAliveRequest { ID = lease.ID }, answer => renewed.TrySetResult(answer.TTL), Token);
        Assert.Equal(60, await renewed.Task);
        await client.LeaseRevokeAsync(new Etcdserverpb.LeaseRevokeRequest { ID = lease.ID }, cancellationToken: Token);

        Assert.Equal(0, (await client.GetAsync(session.Prefix + "lease/k", cancellationToken: Token)).Count);
    }

    [Theory, OnEveryTarget]
    public async Task A_watch_tells_changes_under_a_prefix(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var client = Connect(session);
        var told = Channel.CreateUnbounded<string>();
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await client.WatchRangeAsync(session.Prefix + "watch/", response =>
        {
            created.TrySetResult();
            foreach (var change in response.Events)
            {
                told.Writer.TryWrite($"{change.Type} {change.Kv.Key.ToStringUtf8()} {change.Kv.Value.ToStringUtf8()}");
            }
        }, cancellationToken: Token);
        await created.Task;
        await client.PutAsync(session.Prefix + "watch/k", "1", cancellationToken: Token);
        await client.DeleteAsync(session.Prefix + "watch/k", cancellationToken: Token);

        Assert.Equal($"Put {session.Prefix}watch/k 1", await told.Reader.ReadAsync(Token));
        Assert.Equal($"Delete {session.Prefix}watch/k ", await told.Reader.ReadAsync(Token));
    }

    [Theory, OnEveryTarget]
    public async Task The_servers_lock_is_held_until_unlocked(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var client = Connect(session);
        var held = await client.LockAsync(session.Prefix + "lock", cancellationToken: Token);
        var waiting = client.LockAsync(session.Prefix + "lock", cancellationToken: Token);

        await client.UnlockAsync(held.Key.ToStringUtf8(), cancellationToken: Token);

        Assert.NotEqual(held.Key, (await waiting).Key);
    }

    [Theory, OnEveryTarget]
    public async Task Status_and_members_are_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var client = Connect(session);

        var status = await client.StatusAsync(new Etcdserverpb.StatusRequest(), cancellationToken: Token);

        var members = await client.MemberListAsync(new Etcdserverpb.MemberListRequest(), cancellationToken: Token);
        Assert.Contains(status.Leader, members.Members.Select(member => member.ID));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static EtcdClient Connect(Session session) => new(
        session.Ports.ClientUrl.GetLeftPart(UriPartial.Authority),
        configureChannelOptions: options => options.Credentials = ChannelCredentials.Insecure);
}
