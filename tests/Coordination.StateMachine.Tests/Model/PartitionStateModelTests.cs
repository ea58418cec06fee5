using System.Text;

namespace Coordination.StateMachine.Tests;

/// <summary>
/// Random histories on the state machine and on <see cref="NaiveState"/>: every answer, every event and every read of every uncompacted
/// revision must be the same, through commits, compaction in slices and crashes that lose what was not committed.
/// </summary>
public sealed class PartitionStateModelTests
{
    private const int CasesPerBatch = 150;
    private const int CommandsPerCase = 120;

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
        var random = new RandomCommands(seed);
        var store = new MemoryStore();
        var naive = new NaiveState();
        int cacheBytes = random.Next(3) * 2;
        var state = new PartitionState(store, cacheBytes);
        var log = new List<byte[]>();
        for (int i = 0; i < CommandsPerCase; i++)
        {
            var command = random.NextCommand(naive.Revision);
            log.Add(Encode(command));
            var expected = naive.Apply(command);
            var actual = state.Apply((ulong)log.Count, 1, CommandCodec.Decode(log[^1]));
            Compare(seed, i, command, Describe(expected.Error, expected.Result, naive.Revision), Describe(actual));
            if (random.Next(3) == 0)
            {
                state.Compact(random.Next(8));
            }

            if (random.Next(2) == 0)
            {
                state.Commit();
                CompareReads(seed, random, naive, state);
            }

            if (random.Next(30) == 0)
            {
                CompareStore(seed, store, naive, state);
            }

            if (random.Next(20) == 0)
            {
                state = Crash(store, log, cacheBytes);
                CompareReads(seed, random, naive, state);
            }
        }

        CompareStore(seed, store, naive, state);
        CompareReads(seed, random, naive, state);
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

        Compare(seed, -1, "stored changes", string.Join('\n', naive.RemainingChanges()), string.Join('\n', store.Changes));
    }

    private static void CompareReads(int seed, RandomCommands random, NaiveState naive, PartitionState state)
    {
        Assert.True(naive.Revision == state.View.Revision, $"Seed {seed}: revision {state.View.Revision} instead of {naive.Revision}.");
        for (int i = 0; i < 12; i++)
        {
            var range = random.Range(naive.Revision);
            var (expectedError, expected) = naive.Read(range);
            var error = state.View.Read(range, out var actual);
            Compare(seed, -1, range, Describe(expectedError, expected, 0), Describe(error, actual, 0));
        }
    }

    private static void CompareLeases(int seed, NaiveState naive, PartitionState state)
    {
        Assert.Equal(naive.LeaseIds, state.Leases.Select(lease => lease.Id));
        foreach (long id in naive.LeaseIds)
        {
            Assert.True(
                naive.LeaseKeys(id).Select(Convert.ToHexString).SequenceEqual(state.FindLeaseKeys(id)!.Select(Convert.ToHexString)),
                $"Seed {seed}: the keys of lease {id} differ.");
        }
    }

    private static byte[] Encode(Command command)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Compare(int seed, int step, object what, string expected, string actual) =>
        Assert.True(expected == actual, $"Seed {seed}, step {step}: {what}\nexpected {expected}\nactual   {actual}");

    private static string Describe(ApplyResult result) => Describe(result.Error, result.Result, result.Revision);

    private static string Describe(ApplyError error, OperationResult? result, long revision) =>
        error != ApplyError.None ? $"{error} {revision}" : $"{Describe(result)} {revision}";

    private static string Describe(OperationResult? result) => result switch
    {
        null => "done",
        PutResult put => $"put({Describe(put.Previous)})",
        DeleteRangeResult delete => $"deleted({delete.Deleted}:{Describe(delete.Previous)})",
        RangeResult range => $"range({Describe(range.Items)} {range.Count} {range.More})",
        TxnResult txn => $"txn({txn.Succeeded} {string.Join(',', txn.Results.Select(Describe))} @{string.Join(',', txn.Revisions)})",
        _ => throw new ArgumentException(result.ToString()),
    };

    private static string Describe(IEnumerable<KeyValue> items)
    {
        var text = new StringBuilder();
        foreach (var item in items)
        {
            text.Append(Describe(item)).Append(';');
        }

        return text.ToString();
    }

    private static string Describe(KeyValue? item) => item is null
        ? "-"
        : $"{Convert.ToHexString(item.Key)}={Convert.ToHexString(item.Value.Span)}"
            + $"/{item.CreateRevision}/{item.ModRevision}/{item.Version}/{item.Lease}";
}
