namespace Coordination.Conformance.Tests;

public sealed class PutRefusalTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Put_needs_a_key(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        await Refusal.EmptyKey.Answers(() => session.Put(new PutRequest { Value = Bytes.Of("v") }));
    }

    [Theory, OnEveryTarget]
    public async Task Ignore_value_with_a_value_is_refused(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");

        await Refusal.ValueProvided.Answers(() => session.Put(
            new PutRequest { Key = session.Key("k"), Value = Bytes.Of("v"), IgnoreValue = true }));
    }

    [Theory, OnEveryTarget]
    public async Task Ignore_lease_with_a_lease_is_refused(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");

        await Refusal.LeaseProvided.Answers(() => session.Put(
            new PutRequest { Key = session.Key("k"), Lease = 1, IgnoreLease = true }));
    }

    [Theory]
    [OnEveryTarget(true, false)]
    [OnEveryTarget(false, true)]
    [OnEveryTarget(true, true)]
    public async Task Ignoring_needs_the_key_to_exist(IConformanceTarget target, bool ignoreValue, bool ignoreLease)
    {
        var session = await servers.Open(target);

        await Refusal.KeyNotFound.Answers(() => session.Put(
            new PutRequest { Key = session.Key("missing"), IgnoreValue = ignoreValue, IgnoreLease = ignoreLease }));
    }

    [Theory, OnEveryTarget]
    public async Task Ignoring_needs_a_deleted_key_to_be_created_again(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.Put("k");
        await session.Delete("k");

        await Refusal.KeyNotFound.Answers(() => session.Put(new PutRequest { Key = session.Key("k"), IgnoreValue = true }));
    }

    [Theory]
    [OnEveryTarget(4711)]
    [OnEveryTarget(-1)]
    public async Task Unknown_lease_is_refused(IConformanceTarget target, long lease)
    {
        var session = await servers.Open(target);

        await Refusal.LeaseNotFound.Answers(() => session.Put("k", "v", lease));
    }

    [Theory, OnEveryTarget]
    public async Task Errors_are_looked_for_in_order(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var request = new PutRequest { Value = Bytes.Of("v"), Lease = 4711, IgnoreValue = true, IgnoreLease = true };

        await Refusal.EmptyKey.Answers(() => session.Put(request));
        request.Key = session.Key("missing");
        await Refusal.ValueProvided.Answers(() => session.Put(request));
        request.Value = Bytes.Of("");
        await Refusal.LeaseProvided.Answers(() => session.Put(request));
        request.IgnoreLease = false;
        await Refusal.LeaseNotFound.Answers(() => session.Put(request));
        request.Lease = 0;
        await Refusal.KeyNotFound.Answers(() => session.Put(request));
    }

    [Theory, OnEveryTarget]
    public async Task A_refused_put_changes_nothing(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = (await session.Put("k", "kept")).Header.Revision;

        await Refusal.LeaseNotFound.Answers(() => session.Put("k", "lost", lease: 4711));

        Assert.Equal("kept", (await session.Get("k"))!.Value.ToStringUtf8());
        Assert.Equal(revision, await session.Revision());
    }
}
