using Google.Protobuf;
using CompareResult = Coordination.Protocol.Etcd.Compare.Types.CompareResult;
using CompareTarget = Coordination.Protocol.Etcd.Compare.Types.CompareTarget;

namespace Coordination.Conformance.Tests;

public sealed class CompareTests(Servers servers) : IClassFixture<Servers>
{
    // Operand: what the key has, offset by the number; for values, one letter before or after.
    [Theory]
    [OnEveryTarget(CompareResult.Equal, -1, false)]
    [OnEveryTarget(CompareResult.Equal, 0, true)]
    [OnEveryTarget(CompareResult.Equal, 1, false)]
    [OnEveryTarget(CompareResult.NotEqual, -1, true)]
    [OnEveryTarget(CompareResult.NotEqual, 0, false)]
    [OnEveryTarget(CompareResult.NotEqual, 1, true)]
    [OnEveryTarget(CompareResult.Greater, -1, true)]
    [OnEveryTarget(CompareResult.Greater, 0, false)]
    [OnEveryTarget(CompareResult.Greater, 1, false)]
    [OnEveryTarget(CompareResult.Less, -1, false)]
    [OnEveryTarget(CompareResult.Less, 0, false)]
    [OnEveryTarget(CompareResult.Less, 1, true)]
    public async Task Key_is_compared_with_the_operand(IConformanceTarget target, CompareResult result, int offset, bool holds)
    {
        var session = await servers.Open(target);
        await session.Put("k", "a");
        await session.Put("k", "m", await session.Grant());
        var actual = (await session.Get("k"))!;
        foreach (var by in Enum.GetValues<CompareTarget>())
        {
            var compare = new Compare { Key = session.Key("k"), Result = result, Target = by };
            SetOperand(compare, actual, offset);

            Assert.True(holds == await Evaluate(session, compare), $"{by} {result} {offset}");
        }
    }

    [Theory]
    [OnEveryTarget(CompareResult.Equal, 0, true)]
    [OnEveryTarget(CompareResult.Equal, 1, false)]
    [OnEveryTarget(CompareResult.NotEqual, 0, false)]
    [OnEveryTarget(CompareResult.NotEqual, 1, true)]
    [OnEveryTarget(CompareResult.Greater, -1, true)]
    [OnEveryTarget(CompareResult.Greater, 0, false)]
    [OnEveryTarget(CompareResult.Less, 0, false)]
    [OnEveryTarget(CompareResult.Less, 1, true)]
    public async Task A_missing_key_counts_as_zero(IConformanceTarget target, CompareResult result, int operand, bool holds)
    {
        var session = await servers.Open(target);
        foreach (var by in new[] { CompareTarget.Version, CompareTarget.Create, CompareTarget.Mod, CompareTarget.Lease })
        {
            var compare = new Compare { Key = session.Key("missing"), Result = result, Target = by };
            SetOperand(compare, new KeyValue(), operand);

            Assert.True(holds == await Evaluate(session, compare), $"{by}");
        }
    }

    [Theory]
    [OnEveryTarget(CompareResult.Equal)]
    [OnEveryTarget(CompareResult.NotEqual)]
    [OnEveryTarget(CompareResult.Greater)]
    [OnEveryTarget(CompareResult.Less)]
    public async Task A_missing_key_has_no_value_to_compare(IConformanceTarget target, CompareResult result)
    {
        var session = await servers.Open(target);
        foreach (var operand in new[] { "", "x" })
        {
            var compare = new Compare
            {
                Key = session.Key("missing"),
                Result = result,
                Target = CompareTarget.Value,
                Value = Bytes.Of(operand),
            };

            Assert.False(await Evaluate(session, compare));
        }
    }

    [Theory, OnEveryTarget]
    public async Task A_deleted_key_counts_as_missing(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");
        await session.Delete("k");

        Assert.True(await Evaluate(session, new Compare { Key = session.Key("k"), Target = CompareTarget.Mod, ModRevision = 0 }));
        Assert.True(await Evaluate(session, new Compare { Key = session.Key("k"), Target = CompareTarget.Create, CreateRevision = 0 }));
    }

    [Theory]
    [OnEveryTarget(CompareTarget.Version, false)]
    [OnEveryTarget(CompareTarget.Create, false)]
    [OnEveryTarget(CompareTarget.Mod, false)]
    [OnEveryTarget(CompareTarget.Value, true)]
    [OnEveryTarget(CompareTarget.Lease, true)]
    public async Task A_missing_operand_is_zero_or_empty(IConformanceTarget target, CompareTarget by, bool holds)
    {
        // The key has no lease and an empty value, but a version and revisions.
        var session = await servers.Open(target);
        await session.Put("k");

        Assert.Equal(holds, await Evaluate(session, new Compare { Key = session.Key("k"), Target = by }));
    }

    [Theory, OnEveryTarget]
    public async Task An_operand_of_another_target_is_not_used(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");

        // The version is 1, but the comparison has a mod revision to offer.
        Assert.False(await Evaluate(session, new Compare { Key = session.Key("k"), Target = CompareTarget.Version, ModRevision = 1 }));
    }

    [Theory]
    [OnEveryTarget("b", "a", CompareResult.Greater)]
    [OnEveryTarget("a", "aa", CompareResult.Less)]
    [OnEveryTarget("", "a", CompareResult.Less)]
    [OnEveryTarget("é", "z", CompareResult.Greater)]
    public async Task Values_compare_as_unsigned_bytes(IConformanceTarget target, string value, string operand, CompareResult result)
    {
        var session = await servers.Open(target);
        await session.Put("k", value);

        Assert.True(await Evaluate(session, new Compare
        {
            Key = session.Key("k"),
            Target = CompareTarget.Value,
            Result = result,
            Value = Bytes.Of(operand),
        }));
    }

    [Theory, OnEveryTarget]
    public async Task All_comparisons_must_hold(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        Assert.True((await session.Txn(new TxnRequest { Compare = { Ops.Holds, Ops.Holds } })).Succeeded);
        Assert.False((await session.Txn(new TxnRequest { Compare = { Ops.Holds, Ops.Fails } })).Succeeded);
        Assert.False((await session.Txn(new TxnRequest { Compare = { Ops.Fails, Ops.Holds } })).Succeeded);
    }

    [Theory, OnEveryTarget]
    public async Task A_comparison_needs_a_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.EmptyKey.Answers(() => session.Txn(new TxnRequest { Compare = { new Compare() } }));
    }

    [Theory, OnEveryTarget]
    public async Task Unknown_result_always_holds_and_unknown_target_compares_as_equal(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");

        Assert.True(await Evaluate(session, new Compare { Key = session.Key("k"), Result = (CompareResult)9, Version = 77 }));
        Assert.True(await Evaluate(session, new Compare { Key = session.Key("k"), Target = (CompareTarget)9, Version = 77 }));
        Assert.False(await Evaluate(
            session, new Compare { Key = session.Key("k"), Target = (CompareTarget)9, Result = CompareResult.Less, Version = 77 }));
    }

    private static async Task<bool> Evaluate(Session session, Compare compare) =>
        (await session.Txn(new TxnRequest { Compare = { compare } })).Succeeded;

    private static void SetOperand(Compare compare, KeyValue actual, int offset)
    {
        switch (compare.Target)
        {
            case CompareTarget.Version:
                compare.Version = actual.Version + offset;
                break;
            case CompareTarget.Create:
                compare.CreateRevision = actual.CreateRevision + offset;
                break;
            case CompareTarget.Mod:
                compare.ModRevision = actual.ModRevision + offset;
                break;
            case CompareTarget.Lease:
                compare.Lease = actual.Lease + offset;
                break;
            default:
                compare.Value = ByteString.CopyFrom((byte)(actual.Value[0] + offset));
                break;
        }
    }
}
