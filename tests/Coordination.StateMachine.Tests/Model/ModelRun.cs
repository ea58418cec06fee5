using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>
/// One random history on the state machine and on <see cref="NaiveState"/>: every answer, and on request everything that can be read, must
/// be the same.
/// </summary>
internal sealed class ModelRun
{
    private static readonly IEqualityComparer<byte[]> KeyEquality =
        EqualityComparer<byte[]>.Create(static (left, right) => left.AsSpan().SequenceEqual(right));

    private readonly int _seed;
    private readonly PartitionPhase _begunAs;
    private readonly int _cacheBytes;
    private readonly MemoryStore _store = new();
    private readonly List<byte[]> _log = [];

    public ModelRun(int seed, int cacheBytes, PartitionPhase begunAs = PartitionPhase.Serving)
    {
        _seed = seed;
        _begunAs = begunAs;
        _cacheBytes = cacheBytes;
        Naive = begunAs == PartitionPhase.Serving ? new NaiveState() : NaiveState.Receiving();
        State = Open();
    }

    public NaiveState Naive { get; }

    public PartitionState State { get; private set; }

    public void Apply(Command command)
    {
        _log.Add(Encode(command));
        ulong index = (ulong)_log.Count;
        var expected = Naive.Apply(index, command);
        var actual = State.Apply(index, 1, CommandCodec.Decode(_log[^1]));
        Assert.True(
            Answers.AreEqual(expected, actual),
            $"Seed {_seed}, entry {index}: {command}\nexpected {Answers.Describe(expected)}\nactual   {Answers.Describe(actual)}");
    }

    /// <summary>Opens what was committed and applies the rest of the log again.</summary>
    public void Crash()
    {
        State = Open();
        for (int index = (int)State.AppliedIndex; index < _log.Count; index++)
        {
            State.Apply((ulong)(index + 1), 1, CommandCodec.Decode(_log[index]));
        }

        State.Commit();
    }

    /// <summary>Carries out the compaction in slices of any size; then the store holds what it must and nothing else.</summary>
    public void CompareStore()
    {
        State.Commit();
        while (State.HasCompactionWork)
        {
            State.Compact(1);
            State.Commit();
        }

        Compare("content of the store", Naive.RemainingChanges(Naive.Moment), _store.Changes);
    }

    /// <summary>Compares what the view shows, and what it answers to some reads.</summary>
    public void CompareReads(Func<long, RangeOperation> draw)
    {
        Compare("metadata", Answers.Describe(Naive.Moment), Answers.Describe(State.View.Metadata));
        Compare("revision", $"{Naive.Revision}", $"{State.View.Revision}");
        Compare("compact revision", $"{Naive.Moment.CompactRevision}", $"{State.View.CompactRevision}");
        for (int i = 0; i < 12; i++)
        {
            var range = draw(Naive.Revision);
            var (expectedError, expected) = Naive.Read(range, Naive.Moment);
            var error = State.View.Read(range, out var actual);
            Assert.True(
                expectedError == error && Answers.AreEqual(expected, actual),
                $"Seed {_seed}: {range}\nexpected {expectedError} {Answers.Describe(expected)}\nactual {error} {Answers.Describe(actual)}");
        }
    }

    public void CompareLeases()
    {
        Compare("leases", Join(Naive.Moment.Leases.Values.Where(lease => !lease.IsShadow)), Join(State.Leases));
        Compare("shadows", Join(Naive.Moment.Leases.Values.Where(lease => lease.IsShadow)), Join(State.Shadows));
        Compare("revocations", Answers.Describe(Naive.Moment.Revocations.Values), Answers.Describe(State.PendingRevocations));
        Compare("watermark", $"{Naive.Moment.Watermark}", $"{State.LeaseWatermark}");
        Assert.Equal([.. Naive.Moment.Alarms], State.Alarms);
        foreach (var lease in Naive.Moment.Leases.Values)
        {
            Assert.Equal(lease.IsShadow ? null : lease.Partitions, State.FindLeasePartitions(lease.Id));
            Assert.True(
                Naive.LeaseKeys(lease.Id, Naive.Moment).SequenceEqual(State.FindLeaseKeys(lease.Id)!, KeyEquality),
                $"Seed {_seed}: the keys of lease {lease.Id} differ.");
        }
    }

    /// <summary>Compares what the partition owns, what watches are told of the past, and what is read for copies.</summary>
    public void ComparePartition()
    {
        Compare("ownership", Answers.Describe(Naive.Moment.Ownership), Answers.Describe(State.View.Ownership));
        Compare("chunks", $"{Naive.Moment.Ownership.Chunks}", $"{State.View.Received.Chunks}");
        long first = Math.Max(Naive.Moment.CompactRevision, 0);
        var error = State.View.ReadHistory(first, int.MaxValue, long.MaxValue, static _ => true, out var slice);
        if (Naive.Moment.Ownership.Phase == PartitionPhase.Receiving)
        {
            Assert.Equal(ApplyError.WrongPartition, error);
            return;
        }

        Assert.Equal(ApplyError.None, error);
        var told = slice.Events.ToArray().Select(happened => happened.Current);
        Compare(
            "history",
            Naive.ChangesFrom(first, Naive.Moment),
            told.OrderBy(item => item.ModRevision).ThenBy(item => Convert.ToHexString(item.Key), StringComparer.Ordinal));
        foreach (var copy in State.View.Ownership.Copies)
        {
            Compare("copy", Naive.KeysAt(copy.Prefix, copy.Revision), ReadCopy(copy));
        }
    }

    private List<KeyValue> ReadCopy(PendingCopy copy)
    {
        var keys = new List<KeyValue>();
        byte[] after = [];
        while (State.View.ReadDelegated(copy.Prefix, after, 2, 100) is { Count: > 0 } read)
        {
            keys.AddRange(read.Select(static item => new KeyValue(
                item.Key.ToArray(), item.Value, item.CreateRevision, item.Revision.Main, item.Version, item.Lease)));
            after = read[^1].Key.ToArray();
        }

        Assert.NotNull(State.View.ReadDelegated(copy.Prefix, after, 2, 100));
        return keys;
    }

    private PartitionState Open() => new(_store, _cacheBytes, _begunAs);

    private void Compare(string what, IEnumerable<KeyValue> expected, IEnumerable<KeyValue> actual) =>
        Compare(what, Answers.Describe(expected), Answers.Describe(actual));

    private void Compare(string what, string expected, string actual) => Assert.True(
        expected == actual, $"Seed {_seed}, entry {_log.Count}: {what}\nexpected {expected}\nactual   {actual}");

    private static string Join<T>(IEnumerable<T> items) => string.Join(' ', items);

    private static byte[] Encode(Command command)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
