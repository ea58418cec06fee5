using Coordination.Raft;
using Coordination.StateMachine;

namespace Coordination.Simulation.Tests;

public sealed class StoreDiskTests
{
    private static readonly Membership Nobody = Membership.Empty;
    private readonly WorldServices _world = new(new WorldOptions { Seed = 1, State = StateMachineKind.Store }, null);

    [Fact]
    public void A_crash_leaves_the_state_after_some_commit_since_the_flush()
    {
        var left = new SortedSet<ulong>();
        for (int i = 0; i < 200; i++)
        {
            var disk = _world.Machines.CreateDisk(Nobody);
            var state = disk.Open();
            Put(state, 1);
            Put(state, 2);
            state.Flush();
            Put(state, 3);
            Put(state, 4);
            Assert.Equal(new LogIndex(2), disk.Durable.Index);
            disk.Crash();
            left.Add(disk.Durable.Index.Value);
            Assert.Equal(disk.Durable.Index, disk.Open().Applied);
        }

        Assert.Equal([2, 3, 4], left);
    }

    [Fact]
    public void A_snapshot_replaces_the_state_durably()
    {
        var source = _world.Machines.CreateDisk(Nobody).Open();
        Put(source, 1);
        Put(source, 2);
        var disk = _world.Machines.CreateDisk(Nobody);
        var state = disk.Open();
        Put(state, 1);
        state.Install(source.ToImage(new SnapshotMetadata(new LogIndex(2), new Term(1), Nobody)));
        Put(source, 3);
        disk.Crash();
        Assert.Equal(new LogIndex(2), state.Applied);
        Assert.Equal(new LogIndex(2), disk.Open().Applied);
    }

    private static void Put(IReplicaState state, ulong index)
    {
        state.Apply(StoreModelTests.Entry(index, new PutCommand(new PutOperation("k"u8.ToArray(), default))));
        state.Commit();
    }
}
