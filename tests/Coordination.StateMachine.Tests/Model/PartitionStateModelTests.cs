using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>
/// Random histories on the state machine and on <see cref="NaiveState"/>: every answer, every event and every read of every uncompacted
/// revision must be the same, through commits, compaction in slices and crashes that lose what was not committed.
/// </summary>
public sealed class PartitionStateModelTests
{
    private const int CasesPerBatch = 150;
    private const int CommandsPerCase = 120;

    private static readonly IEqualityComparer<byte[]> KeyEquality =
        EqualityComparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceEqual(right));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Random_histories_agree_with_the_naive_state(int batch)
    {
        for (int i = 0; i < CasesPerBatch; i++)
        {
            RunCase((batch * CasesPerBatch) + i);
        }
    }

    private static void RunCase(int seed)
    {
        var random = new Random(seed);
        var commands = new RandomCommands(random);
        var store = new MemoryStore();
        var naive = new NaiveState();
        int cacheBytes = random.Next(3) * 2;
        var state = new PartitionState(store, cacheBytes);
        var log = new List<byte[]>();
        for (int i = 0; i < CommandsPerCase; i++)
        {
            var command = commands.NextCommand(naive.Revision, naive.Moment.MetadataVersion);
            log.Add(Encode(command));
            var expected = naive.Apply(command);
            var actual = state.Apply((ulong)log.Count, 1, CommandCodec.Decode(log[^1]));
            Assert.True(
                Answers.AreEqual(expected, actual),
                $"Seed {seed}, step {i}: {command}\nexpected {Answers.Describe(expected)}\nactual   {Answers.Describe(actual)}");
            if (random.Next(3) == 0)
            {
                state.Compact(random.Next(8));
            }

            if (random.Next(2) == 0)
            {
                state.Commit();
                CompareReads(seed, commands, naive, state);
            }

            if (random.Next(30) == 0)
            {
                CompareStore(seed, store, naive, state);
            }

            if (random.Next(20) == 0)
            {
                state = Crash(store, log, cacheBytes);
                CompareReads(seed, commands, naive, state);
            }
        }

        CompareStore(seed, store, naive, state);
        CompareReads(seed, commands, naive, state);
        CompareLeases(seed, naive, state);
    }

    /// <summary>Opens what was committed and applies the rest of the log again.</summary>
    private static PartitionState Crash(MemoryStore store, List<byte[]> log, int cacheBytes)
    {
        var state = new PartitionState(store, cacheBytes);
        for (int index = (int)state.AppliedIndex; index < log.Count; index++)
        {
            state.Apply((ulong)(index + 1), 1, CommandCodec.Decode(log[index]));
        }

        state.Commit();
        return state;
    }

    /// <summary>Carries out the compaction in slices of any size; then the store holds what it must and nothing else.</summary>
    private static void CompareStore(int seed, MemoryStore store, NaiveState naive, PartitionState state)
    {
        state.Commit();
        while (state.HasCompactionWork)
        {
            state.Compact(1);
            state.Commit();
        }

        var expected = naive.RemainingChanges(naive.Moment).ToList();
        var actual = store.Changes.ToList();
        Assert.True(
            Answers.AreEqual(expected, actual),
            $"Seed {seed}: the store holds other changes\nexpected {Answers.Describe(expected)}\nactual   {Answers.Describe(actual)}");
    }

    private static void CompareReads(int seed, RandomCommands commands, NaiveState naive, PartitionState state)
    {
        Assert.True(
            Answers.Describe(naive.Moment) == Answers.Describe(state.View.Metadata),
            $"Seed {seed}: the metadata are {Answers.Describe(state.View.Metadata)} instead of {Answers.Describe(naive.Moment)}.");
        Assert.True(naive.Revision == state.View.Revision, $"Seed {seed}: revision {state.View.Revision} instead of {naive.Revision}.");
        for (int i = 0; i < 12; i++)
        {
            var range = commands.Range(naive.Revision);
            var (expectedError, expected) = naive.Read(range, naive.Moment);
            var error = state.View.Read(range, out var actual);
            Assert.True(
                expectedError == error && Answers.AreEqual(expected, actual),
                $"Seed {seed}: {range}\nexpected {expectedError} {Answers.Describe(expected)}\nactual {error} {Answers.Describe(actual)}");
        }
    }

    private static void CompareLeases(int seed, NaiveState naive, PartitionState state)
    {
        Assert.Equal(naive.Moment.Leases.Values, state.Leases);
        Assert.Equal([.. naive.Moment.Alarms], state.Alarms);
        foreach (var lease in state.Leases)
        {
            Assert.True(
                naive.LeaseKeys(lease.Id, naive.Moment).SequenceEqual(state.FindLeaseKeys(lease.Id)!, KeyEquality),
                $"Seed {seed}: the keys of lease {lease.Id} differ.");
        }
    }

    private static byte[] Encode(Command command)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
