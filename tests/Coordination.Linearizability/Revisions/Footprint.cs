namespace Coordination.Linearizability;

/// <summary>
/// The keys on which the effect and the answer of a request depend, or which it may change. A lease counts as all keys.
/// </summary>
internal sealed class Footprint
{
    private readonly HashSet<string> _keys;
    private readonly KeyRange[] _ranges;

    private Footprint(IEnumerable<string> keys, IEnumerable<KeyRange> ranges)
    {
        _keys = new HashSet<string>(keys, StringComparer.Ordinal);
        _ranges = [.. ranges.Distinct()];
    }

    public static Footprint None { get; } = new([], []);

    public static Footprint Of(IEnumerable<string> keys) => new(keys, []);

    public static Footprint Of(StoreRequest request) => request switch
    {
        StoreRequest.Put put => Of([put.Key]),
        StoreRequest.Delete delete => Of(delete.Range),
        StoreRequest.Read read => Of(read.Range),
        StoreRequest.Transaction transaction => transaction.Then.Concat(transaction.Else).Aggregate(
            Of(transaction.If.Select(comparison => comparison.Key)), (all, inner) => all.Union(Of(inner))),
        _ => Of(KeyRange.All),
    };

    public Footprint Union(Footprint other) =>
        ReferenceEquals(this, None) ? other
        : ReferenceEquals(other, None) ? this
        : new(_keys.Concat(other._keys), _ranges.Concat(other._ranges));

    public bool Overlaps(Footprint other) =>
        _keys.Overlaps(other._keys)
        || Array.Exists(_ranges, range => other._keys.Any(range.Contains) || Array.Exists(other._ranges, range.Overlaps))
        || Array.Exists(other._ranges, range => _keys.Any(range.Contains));

    private static Footprint Of(KeyRange range) => range.End is null ? Of([range.Key]) : new([], [range]);
}
