using Coordination.StateMachine;
using Coordination.StateMachine.Model;

namespace Coordination.Storage.CrashHost;

/// <summary>
/// The log of a partition as a function of the seed: the same steps on a state give the same state with the same commits, from wherever a
/// crash left it.
/// </summary>
internal sealed class CrashWorkload(int seed)
{
    public const int StepsPerFlush = 4000;
    public const int StepsPerReport = 250;
    private const int SeedStride = 1_000_003;

    /// <summary>So little memory that RocksDB writes it to disk by itself all the time.</summary>
    public static StateStoreOptions Options { get; } = new() { MemtableBytes = 64 * 1024, BlockCacheBytes = 64 * 1024 };

    /// <summary>Applies the next entry of the log; now and then removes what was compacted and commits. True if it committed.</summary>
    public bool Step(PartitionState state)
    {
        ulong index = state.AppliedIndex + 1;
        int stepSeed = unchecked((seed * SeedStride) + (int)index);
        var random = new Random(stepSeed);
        var commands = new RandomCommands(random);
        var view = state.View;
        state.Apply(
            index, 1, random.Next(5) == 0 ? LargePut(stepSeed) : commands.NextCommand(view.Revision, view.Metadata.Version));
        if (random.Next(4) == 0)
        {
            state.Compact(random.Next(8));
        }

        bool commits = random.Next(3) == 0;
        if (commits)
        {
            state.Commit();
        }

        return commits;
    }

    private static PutCommand LargePut(int seed)
    {
        byte[] value = new byte[(seed & 0x7FF) + 1];
        new Random(seed).NextBytes(value);
        return new PutCommand(new PutOperation([(byte)(seed & 3)], value, 0, false, false, false));
    }
}
