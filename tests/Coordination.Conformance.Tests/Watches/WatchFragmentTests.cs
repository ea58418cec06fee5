namespace Coordination.Conformance.Tests;

/// <summary>A transaction whose events, with their previous values, are larger than the largest response of 2 MiB.</summary>
public sealed class WatchFragmentTests(Servers servers) : IClassFixture<Servers>
{
    private const int ValueSize = 350 * 1024;
    private const int Keys = 4;

    [Theory]
    [OnEveryTarget(false)]
    [OnEveryTarget(true)]
    public async Task A_large_revision_comes_in_parts_when_asked_for(IConformanceTarget target, bool past)
    {
        var (session, stream, created) = await WriteTwice(target, fragment: true, past);
        using var _ = stream;

        var parts = new List<WatchResponse>();
        do
        {
            parts.Add(await stream.Next());
        }
        while (parts[^1].Fragment);

        Assert.True(parts.Count > 1);
        Assert.All(parts, part => Assert.NotEmpty(part.Events));
        Assert.All(parts, part => Assert.Equal(created.WatchId, part.WatchId));
        Assert.All(parts, part => Assert.Equal(parts[0].Header, part.Header));
        Assert.Equal(["0", "1", "2", "3"], session.NamesOf(parts.SelectMany(part => part.Events).Select(change => change.Kv)));
    }

    [Theory, OnEveryTarget]
    public async Task A_large_revision_comes_whole_otherwise(IConformanceTarget target)
    {
        var (_, stream, _) = await WriteTwice(target, fragment: false, past: false);
        using var _ = stream;

        var response = await stream.Next();

        Assert.False(response.Fragment);
        Assert.Equal(Keys, response.Events.Count);
    }

    [Theory, OnEveryTarget]
    public async Task A_small_revision_is_no_fragment(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(new WatchCreateRequest { Key = session.Key("k"), Fragment = true });
        await session.PutAll("k");

        var response = await stream.Next();

        Assert.False(response.Fragment);
        Assert.Single(response.Events);
    }

    private async Task<(Session Session, WatchStream Stream, WatchResponse Created)> WriteTwice(
        IConformanceTarget target, bool fragment, bool past)
    {
        var session = await servers.Open(target);
        await session.Txn(Large(session, '1'));
        var stream = session.Watch();
        var request = new WatchCreateRequest { Key = session.Key(""), RangeEnd = session.End, PrevKv = true, Fragment = fragment };
        if (past)
        {
            request.StartRevision = (await session.Txn(Large(session, '2'))).Header.Revision;
            return (session, stream, await stream.Watch(request));
        }

        var created = await stream.Watch(request);
        await session.Txn(Large(session, '2'));
        return (session, stream, created);
    }

    private static TxnRequest Large(Session session, char letter) => new()
    {
        Success = { Enumerable.Range(0, Keys).Select(key => Ops.Put(session.Key($"{key}"), new string(letter, ValueSize))) },
    };
}
