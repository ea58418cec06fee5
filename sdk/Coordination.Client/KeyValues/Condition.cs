namespace Coordination.Client;

/// <summary>
/// What must hold before a transaction, of a key or of every key of a range. A key that does not exist has the revisions, version and lease
/// 0, and no value: a condition on its value never holds. Immutable.
/// </summary>
public sealed class Condition
{
    private readonly KeyRange _range;
    private readonly Etcd.Compare _compare;

    private Condition(KeyRange range, Etcd.Compare compare)
    {
        _range = range;
        _compare = compare;
    }

    /// <summary>The key exists.</summary>
    /// <param name="key">The key.</param>
    public static Condition Exists(Key key) => CreateRevision(key, Comparison.Greater, 0);

    /// <summary>The key does not exist.</summary>
    /// <param name="key">The key.</param>
    public static Condition Missing(Key key) => CreateRevision(key, Comparison.Equal, 0);

    /// <summary>No key of the range exists.</summary>
    /// <param name="range">The keys.</param>
    public static Condition NoneOf(KeyRange range) => new(
        range, new Etcd.Compare { Target = Etcd.Compare.Types.CompareTarget.Create, CreateRevision = 0 });

    /// <summary>The revision of the key's last change compares so with one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="comparison">How.</param>
    /// <param name="revision">With which revision; 0 for a key that does not exist.</param>
    public static Condition ModRevision(Key key, Comparison comparison, long revision) => On(
        key, comparison, new Etcd.Compare { Target = Etcd.Compare.Types.CompareTarget.Mod, ModRevision = revision });

    /// <summary>The revision of the key's creation compares so with one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="comparison">How.</param>
    /// <param name="revision">With which revision; 0 for a key that does not exist.</param>
    public static Condition CreateRevision(Key key, Comparison comparison, long revision) => On(
        key, comparison, new Etcd.Compare { Target = Etcd.Compare.Types.CompareTarget.Create, CreateRevision = revision });

    /// <summary>The number of the key's changes compares so with one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="comparison">How.</param>
    /// <param name="version">With which number; 0 for a key that does not exist.</param>
    public static Condition Version(Key key, Comparison comparison, long version) => On(
        key, comparison, new Etcd.Compare { Target = Etcd.Compare.Types.CompareTarget.Version, Version = version });

    /// <summary>The key's value compares so with one, bytewise.</summary>
    /// <param name="key">The key.</param>
    /// <param name="comparison">How.</param>
    /// <param name="value">With which value.</param>
    public static Condition Value(Key key, Comparison comparison, Value value) => On(
        key, comparison, new Etcd.Compare { Target = Etcd.Compare.Types.CompareTarget.Value, Value = value.ToByteString() });

    /// <summary>The key hangs on a lease.</summary>
    /// <param name="key">The key.</param>
    /// <param name="lease">The lease; <see cref="LeaseId.None"/> when it shall hang on none.</param>
    public static Condition Lease(Key key, LeaseId lease) => On(
        key, Comparison.Equal, new Etcd.Compare { Target = Etcd.Compare.Types.CompareTarget.Lease, Lease = lease.Value });

    internal Etcd.Compare ToProtocol(KeyPrefix prefix)
    {
        var compare = _compare.Clone();
        (compare.Key, compare.RangeEnd) = prefix.Add(_range);
        return compare;
    }

    private static Condition On(Key key, Comparison comparison, Etcd.Compare compare)
    {
        compare.Result = (Etcd.Compare.Types.CompareResult)comparison;
        return new Condition(KeyRange.Of(key), compare);
    }
}
