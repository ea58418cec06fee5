namespace Coordination.StateMachine.Tests;

/// <summary>Draws commands and reads over so few keys, values and leases that they meet each other all the time.</summary>
internal sealed class RandomCommands(int seed)
{
    private static readonly byte[][] Keys =
        [[0], [0, 0], [1], [1, 0], [1, 1], [2], [2, 255], [255], [255, 255], "a"u8.ToArray(), "ab"u8.ToArray(), "b"u8.ToArray()];

    private readonly Random _random = new(seed);

    public int Next(int max) => _random.Next(max);

    public Command NextCommand(long revision) => _random.Next(100) switch
    {
        < 40 => new PutCommand(Put()),
        < 55 => new DeleteRangeCommand(Delete()),
        < 80 => new TxnCommand(Txn(revision, 0)),
        < 86 => new CompactCommand(_random.NextInt64(-1, revision + 3)),
        < 94 => new LeaseGrantCommand(_random.Next(1, 5), _random.Next(2, 100)),
        _ => new LeaseRevokeCommand(_random.Next(1, 5)),
    };

    public RangeOperation Range(long revision) => new(AnyRange())
    {
        Revision = _random.Next(2) == 0 ? 0 : _random.NextInt64(-1, revision + 3),
        Limit = _random.Next(2) == 0 ? 0 : _random.Next(1, 6),
        Order = (SortOrder)_random.Next(3),
        Target = (SortTarget)_random.Next(5),
        KeysOnly = _random.Next(4) == 0,
        CountOnly = _random.Next(6) == 0,
        MinModRevision = Bound(revision),
        MaxModRevision = Bound(revision),
        MinCreateRevision = Bound(revision),
        MaxCreateRevision = Bound(revision),
    };

    private long Bound(long revision) => _random.Next(5) == 0 ? _random.NextInt64(1, revision + 2) : 0;

    private TxnOperation Txn(long revision, int depth)
    {
        var comparisons = Enumerable.Range(0, _random.Next(3)).Select(_ => Compare(revision)).ToList();

        // The edge refuses transactions that write a key twice, so none is drawn: each list has its own keys.
        return new TxnOperation(comparisons, Operations(revision, depth), Operations(revision, depth));
    }

    private List<Operation> Operations(long revision, int depth)
    {
        var operations = new List<Operation>();
        int first = _random.Next(Keys.Length);
        for (int i = _random.Next(4); i > 0; i--)
        {
            byte[] key = Keys[(first + i) % Keys.Length];
            operations.Add(_random.Next(8) switch
            {
                < 3 => Put() with { Key = key },
                < 5 => new DeleteRangeOperation(KeyRange.OfKey(key), _random.Next(2) == 0),
                5 when depth < 2 && i == 1 => NestedReads(revision, depth + 1),
                _ => Range(revision),
            });
        }

        return operations;
    }

    private TxnOperation NestedReads(long revision, int depth) => new(
        [Compare(revision)], [Range(revision)], depth < 2 ? [NestedReads(revision, depth + 1)] : [Range(revision)]);

    private Comparison Compare(long revision) => new(
        AnyRange(),
        (CompareTarget)_random.Next(5),
        (CompareResult)_random.Next(4),
        _random.NextInt64(0, 4) == 0 ? revision : _random.Next(4),
        Value());

    private PutOperation Put() => new(
        Key(), Value(), _random.Next(3) == 0 ? _random.Next(1, 5) : 0, _random.Next(3) == 0, _random.Next(6) == 0, _random.Next(6) == 0);

    private DeleteRangeOperation Delete() => new(AnyRange(), _random.Next(2) == 0);

    private KeyRange AnyRange() => _random.Next(4) switch
    {
        0 => KeyRange.OfKey(Key()),
        1 => KeyRange.FromRequest(Key(), [0]),
        _ => KeyRange.FromRequest(Key(), Key()),
    };

    private byte[] Key() => Keys[_random.Next(Keys.Length)];

    private byte[] Value() => [(byte)_random.Next(3)];
}
