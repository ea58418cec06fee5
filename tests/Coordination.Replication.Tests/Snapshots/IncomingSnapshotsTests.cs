using Coordination.Raft;
using Coordination.Transport;

namespace Coordination.Replication.Tests;

public sealed class IncomingSnapshotsTests
{
    [Fact]
    public async Task What_is_not_the_snapshot_that_was_announced_is_refused_before_the_replica_sees_it()
    {
        await using var fixture = new HostFixture();
        await fixture.OpenAsync();
        await fixture.ApplyAsync(HostFixture.Put("key", "value"));
        string copy = Path.Combine(fixture.Folder, "copy");
        await fixture.Replica.CheckpointAsync(copy);
        var announced = new LogIndex(fixture.Replica.GetStatus().AppliedIndex + 1);

        var refusal = await Assert.ThrowsAsync<IOException>(() => TakeAsync(new IncomingSnapshots(), fixture.Host, copy, announced));
        Assert.Contains($"the snapshot of entry {announced} contains entry", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("value", await fixture.ReadAsync("key"));
        Assert.Single(Directory.GetDirectories(Path.Combine(fixture.Folder, "state")));
    }

    private static async Task TakeAsync(IncomingSnapshots snapshots, PartitionHost host, string copy, LogIndex announced)
    {
        using var source = SnapshotSource.Open(copy);
        var message = new InstallSnapshot(
            new ReplicaId(1), new ReplicaId(2), new Term(1),
            new SnapshotMetadata(announced, new Term(1), RestoredState.NewGroup([new ReplicaId(2)]).Snapshot.Membership));
        var offer = new SnapshotOffer(default, message, source.TotalBytes, new byte[] { 1 });
        await using var incoming = snapshots.Open(host, offer);
        Assert.NotNull(incoming);
        byte[] bytes = new byte[source.TotalBytes];
        await source.ReadAsync(0, bytes, TestContext.Current.CancellationToken);
        await incoming.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await incoming.CompleteAsync(TestContext.Current.CancellationToken);
    }
}
