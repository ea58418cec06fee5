namespace Coordination.Conformance.Tests;

public sealed class ConcurrencyTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Concurrent_puts_each_have_a_revision(IConformanceTarget target)
    {
        const int Puts = 200;
        var session = await servers.Open(target);
        var before = await session.Revision();

        var responses = await Task.WhenAll(Enumerable.Range(0, Puts).Select(index => session.Put($"{index}")));

        Assert.Equal(Enumerable.Range(1, Puts).Select(offset => before + offset),
            responses.Select(response => response.Header.Revision).Order());
    }

    [Theory, OnEveryTarget]
    public async Task Compare_and_swap_loses_no_increment(IConformanceTarget target)
    {
        const int Writers = 8;
        const int Increments = 10;
        var session = await servers.Open(target);
        await session.Put("counter", "0");

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async _ =>
        {
            for (var done = 0; done < Increments;)
            {
                done += await TryIncrement(session) ? 1 : 0;
            }
        }));

        Assert.Equal($"{Writers * Increments}", (await session.Get("counter"))!.Value.ToStringUtf8());
    }

    private static async Task<bool> TryIncrement(Session session)
    {
        var current = (await session.Get("counter"))!;
        var unchanged = new Compare
        {
            Key = current.Key,
            Target = Compare.Types.CompareTarget.Mod,
            ModRevision = current.ModRevision,
        };
        var next = $"{int.Parse(current.Value.ToStringUtf8(), provider: null) + 1}";
        return (await session.Txn(new TxnRequest
        {
            Compare = { unchanged },
            Success = { Ops.Put(current.Key, next) },
        })).Succeeded;
    }
}
