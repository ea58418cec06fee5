namespace Coordination.Conformance.Tests;

/// <summary>The revision bounds of Range, on keys a b c d, one revision each, where b was changed once more at the end.</summary>
public sealed class RangeFilterTests(Servers servers) : IClassFixture<Servers>
{
    [Theory]
    [OnEveryTarget(0, 0, "a b c d")]
    [OnEveryTarget(3, 0, "b c d")]
    [OnEveryTarget(0, 3, "a c")]
    [OnEveryTarget(3, 4, "c d")]
    [OnEveryTarget(4, 4, "d")]
    [OnEveryTarget(5, 5, "b")]
    [OnEveryTarget(6, 0, "")]
    [OnEveryTarget(4, 3, "")]
    public async Task Mod_revision_bounds_are_inclusive(IConformanceTarget target, long min, long max, string expected)
    {
        var (session, first) = await Prepare(target);
        var request = session.Everything;
        request.MinModRevision = Absolute(min, first);
        request.MaxModRevision = Absolute(max, first);

        var response = await session.Range(request);

        Assert.Equal(expected, string.Join(' ', session.NamesOf(response.Kvs)));
        Assert.Equal(4, response.Count);
        Assert.False(response.More);
    }

    [Theory]
    [OnEveryTarget(2, 0, "b c d")]
    [OnEveryTarget(0, 2, "a b")]
    [OnEveryTarget(2, 3, "b c")]
    [OnEveryTarget(5, 0, "")]
    [OnEveryTarget(3, 2, "")]
    public async Task Create_revision_bounds_are_inclusive(IConformanceTarget target, long min, long max, string expected)
    {
        var (session, first) = await Prepare(target);
        var request = session.Everything;
        request.MinCreateRevision = Absolute(min, first);
        request.MaxCreateRevision = Absolute(max, first);

        var response = await session.Range(request);

        Assert.Equal(expected, string.Join(' ', session.NamesOf(response.Kvs)));
        Assert.Equal(4, response.Count);
    }

    [Theory, OnEveryTarget]
    public async Task All_bounds_must_hold(IConformanceTarget target)
    {
        var (session, first) = await Prepare(target);
        var request = session.Everything;
        request.MaxCreateRevision = Absolute(2, first);
        request.MinModRevision = Absolute(5, first);

        Assert.Equal(["b"], session.NamesOf((await session.Range(request)).Kvs));
    }

    [Theory, OnEveryTarget]
    public async Task Bounds_do_not_change_count_only(IConformanceTarget target)
    {
        var (session, first) = await Prepare(target);
        var request = session.Everything;
        request.MinModRevision = Absolute(5, first);
        request.CountOnly = true;

        Assert.Equal(4, (await session.Range(request)).Count);
    }

    [Theory, OnEveryTarget]
    public async Task Bounds_apply_to_a_single_key(IConformanceTarget target)
    {
        var (session, first) = await Prepare(target);

        var response = await session.Range(new RangeRequest { Key = session.Key("a"), MinModRevision = Absolute(2, first) });

        Assert.Empty(response.Kvs);
        Assert.Equal(1, response.Count);
    }

    private async Task<(Session Session, long First)> Prepare(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var first = await session.PutAll("a");
        await session.PutAll("b", "c", "d", "b");
        return (session, first);
    }

    /// <summary>1 is the revision of the first put; 0 stays "off".</summary>
    private static long Absolute(long nth, long first) => nth == 0 ? 0 : first + nth - 1;
}
