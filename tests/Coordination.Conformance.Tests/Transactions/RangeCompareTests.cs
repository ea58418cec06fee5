using Google.Protobuf;
using CompareResult = Coordination.Protocol.Etcd.Compare.Types.CompareResult;
using CompareTarget = Coordination.Protocol.Etcd.Compare.Types.CompareTarget;

namespace Coordination.Conformance.Tests;

/// <summary>Comparisons over ranges: the keys a and b have version 1, c has version 2.</summary>
public sealed class RangeCompareTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget("a", "c", CompareResult.Equal, 1, true)]
    [OnEveryTarget("a", "d", CompareResult.Equal, 1, false)]
    [OnEveryTarget("a", "d", CompareResult.Greater, 0, true)]
    [OnEveryTarget("a", "d", CompareResult.Greater, 1, false)]
    [OnEveryTarget("c", "d", CompareResult.Greater, 1, true)]
    [OnEveryTarget("a", "d", CompareResult.NotEqual, 3, true)]
    [OnEveryTarget("a", "d", CompareResult.NotEqual, 2, false)]
    public async Task A_range_comparison_holds_when_it_does_for_every_key(
        IConformanceTarget target, string key, string end, CompareResult result, long version, bool holds)
    {
        var session = await Prepare(target);

        Assert.Equal(holds, await Evaluate(session, key, session.Key(end), result, version));
    }

    [Theory]
    [OnEveryTarget("x", "z", 0, true)]
    [OnEveryTarget("x", "z", 1, false)]
    [OnEveryTarget("c", "a", 0, true)]
    [OnEveryTarget("c", "c", 0, true)]
    public async Task An_empty_range_compares_as_one_missing_key(
        IConformanceTarget target, string key, string end, long version, bool holds)
    {
        var session = await Prepare(target);

        Assert.Equal(holds, await Evaluate(session, key, session.Key(end), CompareResult.Equal, version));
    }

    [Theory, OnEveryTarget]
    public async Task The_value_of_an_empty_range_never_compares(IConformanceTarget target)
    {
        var session = await Prepare(target);
        var compare = new Compare
        {
            Key = session.Key("x"),
            RangeEnd = session.Key("z"),
            Target = CompareTarget.Value,
            Result = CompareResult.NotEqual,
            Value = Bytes.Of("anything"),
        };

        Assert.False((await session.Txn(new TxnRequest { Compare = { compare } })).Succeeded);
    }

    [Theory]
    [OnEveryTarget(1, false, OwnServer = true)]
    [OnEveryTarget(2, true, OwnServer = true)]
    public async Task A_comparison_reaches_to_the_end_of_the_keyspace(IConformanceTarget target, long version, bool holds)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        await session.PutAll("a", "b", "c", "c");

        Assert.Equal(holds, await Evaluate(session, "c", Bytes.Zero, CompareResult.Equal, version));
    }

    private static async Task<bool> Evaluate(Session session, string key, ByteString end, CompareResult result, long version)
    {
        var compare = new Compare { Key = session.Key(key), RangeEnd = end, Result = result, Version = version };
        return (await session.Txn(new TxnRequest { Compare = { compare } })).Succeeded;
    }

    private async Task<Session> Prepare(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "b", "c", "c");
        return session;
    }
}
