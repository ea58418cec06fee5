namespace Coordination.Conformance.Tests;

public sealed class RangeSelectionTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Range_without_end_returns_the_key_alone(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("a", "aa", "b");

        var response = await session.Range(new RangeRequest { Key = session.Key("a") });

        Assert.Equal(["a"], session.NamesOf(response.Kvs));
        Assert.Equal(1, response.Count);
        Assert.False(response.More);
    }
}
