namespace Coordination.StateMachine.Model;

/// <summary>Draws commands and reads over so few keys, values and leases that they meet each other all the time.</summary>
internal sealed class RandomCommands(Random random)
{
    private const int NestingMax = 2;
    private const int LeaseIdEnd = 5;

    private static readonly byte[][] Keys =
        [[0], [0, 0], [1], [1, 0], [1, 1], [2], [2, 255], [255], [255, 255], "a"u8.ToArray(), "ab"u8.ToArray(), "b"u8.ToArray()];

    private static readonly string[] Rows = ["a", "b", "b/c", "\u00E4"];

    /// <summary>
    /// The next command for a state whose revision is about <paramref name="revision"/> and whose metadata have about the version
    /// <paramref name="metadataVersion"/>.
    /// </summary>
    public Command NextCommand(long revision, long metadataVersion) => random.Next(105) switch
    {
        >= 100 => Metadata(metadataVersion),
        < 38 => new PutCommand(Put(Key())),
        < 50 => new DeleteRangeCommand(Delete()),
        < 75 => new TxnCommand(Txn(revision)),
        < 80 => new CompactCommand(random.NextInt64(-1, revision + 3)),
        < 88 => new LeaseGrantCommand(LeaseId(), random.Next(2, 100)),
        < 92 => new LeaseRevokeCommand(LeaseId()),
        < 95 => new LeaseCheckpointCommand(
            [.. Enumerable.Range(0, random.Next(3)).Select(_ => new LeaseRemaining(LeaseId(), random.Next(50)))]),

        // Cleared more often than raised: little happens while alarms are on.
        _ when random.Next(8) == 0 => new AlarmCommand(AlarmAction.Activate, (ulong)random.Next(1, 3), (AlarmKind)random.Next(1, 3)),
        _ => new AlarmCommand(AlarmAction.Deactivate, (ulong)(random.Next(6) / 4), (AlarmKind)(random.Next(6) / 4)),
    };

    /// <summary>A read, at a revision that may be compacted or in the future.</summary>
    public RangeOperation Range(long revision) => new(AnyRange())
    {
        Revision = random.Next(2) == 0 ? 0 : random.NextInt64(-1, revision + 3),
        Limit = random.Next(2) == 0 ? 0 : random.Next(1, 6),
        Order = (SortOrder)random.Next(3),
        Target = (SortTarget)random.Next(5),
        KeysOnly = random.Next(4) == 0,
        CountOnly = random.Next(6) == 0,
        MinModRevision = Bound(revision),
        MaxModRevision = Bound(revision),
        MinCreateRevision = Bound(revision),
        MaxCreateRevision = Bound(revision),
    };

    private MetadataWriteCommand Metadata(long version)
    {
        string[] keys = [.. Rows];
        random.Shuffle(keys);
        return new MetadataWriteCommand([.. keys[..random.Next(1, keys.Length)].Select(key => Metadata(key, version))]);
    }

    private MetadataWrite Metadata(string key, long version) => new(
        key,
        random.Next(6) switch
        {
            0 => MetadataCondition.Absent,
            1 => MetadataCondition.Present,
            2 => MetadataCondition.AtVersion(random.NextInt64(version - 3, version + 2)),
            _ => MetadataCondition.None,
        },
        random.Next(3) == 0 ? default(ReadOnlyMemory<byte>?) : Value());

    private long Bound(long revision) => random.Next(5) == 0 ? random.NextInt64(1, revision + 2) : 0;

    private TxnOperation Txn(long revision)
    {
        // The edge refuses transactions that write a key twice, so none is drawn: each write takes a key of its own, or all only delete.
        if (random.Next(8) == 0)
        {
            return new TxnOperation(Comparisons(revision), [Delete(), Range(revision), Delete()], [Range(revision), Delete()]);
        }

        byte[][] keys = [.. Keys];
        random.Shuffle(keys);
        return Txn(revision, 0, new Queue<byte[]>(keys));
    }

    private TxnOperation Txn(long revision, int depth, Queue<byte[]> keys) =>
        new(Comparisons(revision), Operations(revision, depth, keys), Operations(revision, depth, keys));

    private List<Operation> Operations(long revision, int depth, Queue<byte[]> keys)
    {
        var operations = new List<Operation>();
        for (int i = random.Next(4); i > 0; i--)
        {
            int choice = random.Next(8);
            operations.Add(choice switch
            {
                5 when depth < NestingMax => Txn(revision, depth + 1, keys),
                < 3 when keys.TryDequeue(out byte[]? key) => Put(key),
                < 5 when keys.TryDequeue(out byte[]? key) => new DeleteRangeOperation(KeyRange.OfKey(key), random.Next(2) == 0),
                _ => Range(revision),
            });
        }

        return operations;
    }

    private List<Comparison> Comparisons(long revision) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => Compare(revision))];

    private Comparison Compare(long revision) => new(
        AnyRange(),
        (CompareTarget)random.Next(5),
        (CompareResult)random.Next(4),
        random.Next(4) == 0 ? revision : random.Next(4),
        Value());

    private PutOperation Put(byte[] key) => new(
        key, Value(), random.Next(3) == 0 ? LeaseId() : 0, random.Next(3) == 0, random.Next(6) == 0, random.Next(6) == 0);

    private DeleteRangeOperation Delete() => new(AnyRange(), random.Next(2) == 0);

    private KeyRange AnyRange() => random.Next(4) switch
    {
        0 => KeyRange.OfKey(Key()),
        1 => KeyRange.FromRequest(Key(), [0]),
        _ => KeyRange.FromRequest(Key(), Key()),
    };

    private byte[] Key() => Keys[random.Next(Keys.Length)];

    private long LeaseId() => random.Next(1, LeaseIdEnd);

    private byte[] Value() => [(byte)random.Next(3)];
}
