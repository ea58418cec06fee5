namespace Coordination.Conformance.Tests;

public sealed class OperationLimitTests(Servers servers) : IClassFixture<Servers>
{
    private const int Limit = 128;

    [Theory, OnEveryTarget]
    public async Task Each_list_may_hold_as_many_as_the_limit(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var response = await session.Txn(new TxnRequest
        {
            Compare = { Enumerable.Repeat(Ops.Holds, Limit) },
            Success = { Puts(session, Limit) },
            Failure = { Puts(session, Limit) },
        });

        Assert.Equal(Limit, response.Responses.Count);
    }

    [Theory]
    [OnEveryTarget("compare")]
    [OnEveryTarget("success")]
    [OnEveryTarget("failure")]
    public async Task One_more_in_any_list_is_refused(IConformanceTarget target, string list)
    {
        var session = await servers.Open(target);
        var request = new TxnRequest();
        switch (list)
        {
            case "compare":
                request.Compare.AddRange(Enumerable.Repeat(Ops.Holds, Limit + 1));
                break;
            case "success":
                request.Success.AddRange(Puts(session, Limit + 1));
                break;
            default:
                request.Failure.AddRange(Puts(session, Limit + 1));
                break;
        }

        await Refusal.TooManyOperations.Answers(() => session.Txn(request));
    }

    [Theory]
    [OnEveryTarget(100, 28, true)]
    [OnEveryTarget(100, 29, false)]
    [OnEveryTarget(1, 127, true)]
    [OnEveryTarget(1, 128, false)]
    public async Task A_nested_transaction_has_what_its_parents_longest_list_leaves(
        IConformanceTarget target, int parent, int nested, bool accepted)
    {
        var session = await servers.Open(target);
        var request = new TxnRequest
        {
            Compare = { Enumerable.Repeat(Ops.Holds, parent) },
            Success = { Ops.Txn(new TxnRequest { Success = { Puts(session, nested) } }) },
        };

        if (accepted)
        {
            Assert.True((await session.Txn(request)).Succeeded);
        }
        else
        {
            await Refusal.TooManyOperations.Answers(() => session.Txn(request));
        }
    }

    [Theory, OnEveryTarget(OwnServer = true)]
    public async Task The_limit_is_a_setting(IConformanceTarget target)
    {
        await using var server = await Server.Start(target, new ServerSettings { MaxTxnOps = 3 });
        var session = server.OpenSession(target);

        await session.Txn(new TxnRequest { Success = { Puts(session, 3) } });
        await Refusal.TooManyOperations.Answers(() => session.Txn(new TxnRequest { Success = { Puts(session, 4) } }));
    }

    [Theory, OnEveryTarget]
    public async Task Too_many_operations_are_noticed_before_empty_keys_and_those_before_duplicates(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var empty = Ops.Put(Bytes.Of(""));
        var same = Ops.Put(session.Key("k"));

        await Refusal.TooManyOperations.Answers(() => session.Txn(
            new TxnRequest { Success = { Enumerable.Repeat(empty, Limit + 1) } }));
        await Refusal.EmptyKey.Answers(() => session.Txn(Ops.Always(same, same, empty)));
    }

    private static IEnumerable<RequestOp> Puts(Session session, int count) =>
        Enumerable.Range(0, count).Select(index => Ops.Put(session.Key($"{index}")));
}
