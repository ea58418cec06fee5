namespace Coordination.Conformance.Tests;

public sealed class StatusTests(Servers servers) : IClassFixture<Servers>
{
    private const long DefaultQuota = 2L * 1024 * 1024 * 1024;

    [Theory, OnEveryLoneServer]
    public async Task A_lone_member_leads_itself_and_has_nothing_to_complain_about(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var status = await session.Status();

        Assert.Equal(status.Header.MemberId, status.Leader);
        Assert.Equal(status.Header.RaftTerm, status.RaftTerm);
        Assert.False(status.IsLearner);
        Assert.Empty(status.Errors);
    }

    [Theory, OnEveryTarget]
    public async Task The_version_has_three_numbers_and_is_of_the_release(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var version = Version.Parse((await session.Status()).Version);

        Assert.Equal(session.Capabilities.Release, new Version(version.Major, version.Minor));
        Assert.True(version.Build >= 0);
    }

    [Theory, OnEveryTarget]
    public async Task Header_tells_the_current_revision(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var revision = await session.PutAll("k");

        Assert.Equal(revision, (await session.Status()).Header.Revision);
    }

    [Theory, OnEveryTarget]
    public async Task Raft_indexes_grow_with_writes(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var before = await session.Status();
        await session.PutAll("a", "b");

        var after = await session.Status();

        Assert.True(after.RaftIndex >= before.RaftIndex + 2);
        Assert.Equal(after.RaftIndex, after.RaftAppliedIndex);
    }

    [Theory, OnEveryTarget]
    public async Task Sizes_are_told_and_the_used_is_part_of_the_whole(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        await session.PutAll("k");

        var status = await session.Status();

        Assert.True(status.DbSizeInUse > 0);
        Assert.True(status.DbSizeInUse <= status.DbSize);
    }

    [Theory, OnEveryTarget]
    public async Task Storage_version_and_quota_are_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        var status = await session.Status();

        (string, long) expected = session.Capabilities.StatusTellsStorageAndQuota ? ("3.6.0", DefaultQuota) : ("", 0);
        Assert.Equal(expected, (status.StorageVersion, status.DbSizeQuota));
    }
}
