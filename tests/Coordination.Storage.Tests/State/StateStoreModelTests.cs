using Coordination.StateMachine;
using Coordination.StateMachine.Model;
using Coordination.Storage.CrashHost;

namespace Coordination.Storage.Tests;

/// <summary>
/// The same random log on two state machines: one over the store in memory, which never crashes, one over RocksDB, which loses what was not
/// flushed and applies it again. Both must answer alike and hold the same after each commit.
/// </summary>
public sealed class StateStoreModelTests
{
    private const int StepsPerCase = 3000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_state_on_disk_agrees_with_one_in_memory_through_crashes(int seed)
    {
        using var fixture = new StateFixture();
        var random = new Random(seed);
        var workload = new CrashWorkload(seed);
        var memory = new MemoryStore();
        var model = new PartitionState(memory);
        var store = RocksDbStateStore.Open(fixture.StorePath, CrashWorkload.Options);
        try
        {
            var state = new PartitionState(store, random.Next(2) * 100);
            for (int i = 0; i < StepsPerCase; i++)
            {
                bool committed = workload.Step(model);
                Assert.Equal(committed, workload.Step(state));
                if (random.Next(1000) == 0)
                {
                    Assert.Equal(store.LoadMetadata().AppliedIndex, store.Flush());
                }

                if (random.Next(1000) == 0)
                {
                    store.Defragment();
                }

                if (committed && random.Next(20) == 0)
                {
                    CompareReads(seed, i, model, state);
                }

                if (committed && random.Next(150) == 0)
                {
                    Assert.Equal(StateFixture.Describe(memory), StateFixture.Describe(store));
                    store.Dispose();
                    store = RocksDbStateStore.Open(fixture.StorePath, CrashWorkload.Options);
                    state = Replay(workload, store, model.AppliedIndex);
                    Assert.Equal(StateFixture.Describe(memory), StateFixture.Describe(store));
                }
            }
        }
        finally
        {
            store.Dispose();
        }
    }

    /// <summary>Applies the log again from where the store is.</summary>
    private static PartitionState Replay(CrashWorkload workload, RocksDbStateStore store, ulong appliedIndex)
    {
        var state = new PartitionState(store, 0);
        Assert.Equal(store.DurableAppliedIndex, state.AppliedIndex);
        while (state.AppliedIndex < appliedIndex)
        {
            workload.Step(state);
        }

        return state;
    }

    private static void CompareReads(int seed, int step, PartitionState model, PartitionState state)
    {
        var commands = new RandomCommands(new Random(step));
        for (int i = 0; i < 5; i++)
        {
            var range = commands.Range(model.View.Revision);
            var expectedError = model.View.Read(range, out var expected);
            Assert.Equal(expectedError, state.View.Read(range, out var actual));
            if (expectedError == ApplyError.None)
            {
                Assert.True(Describe(expected) == Describe(actual), $"Seed {seed}, step {step}: {range} gives {Describe(actual)}.");
            }
        }
    }

    private static string Describe(RangeResult result) =>
        $"{result.Count} {result.More} {string.Join(' ', result.Items.Select(Describe))}";

    private static string Describe(KeyValue item) =>
        $"{Convert.ToHexString(item.Key)}={Convert.ToHexString(item.Value.Span)}"
        + $"/{item.CreateRevision}/{item.ModRevision}/{item.Version}/{item.Lease}";
}
