namespace Coordination.Faults.Tests;

/// <summary>Keys that clients touch and that are in one partition, whatever partitions there are. No request touches two.</summary>
/// <param name="Prefix">What all of them begin with.</param>
/// <param name="Range">All of them.</param>
public sealed record KeySpace(string Prefix, KeyRange Range)
{
    /// <summary>Keys that are always in the default partition.</summary>
    public static readonly KeySpace Default = new("", new KeyRange("#", "z/"));

    /// <summary>Keys that get a partition of their own, and lose it.</summary>
    public static readonly KeySpace Movable = new("z/", new KeyRange("z/", "z0"));

    public static readonly IReadOnlyList<KeySpace> All = [Default, Movable];

    /// <summary>The key of a name.</summary>
    public string Key(string name) => Prefix + name;

    /// <summary>True for a request about these keys; false for one about leases, too.</summary>
    public bool Concerns(StoreRequest request) => request switch
    {
        StoreRequest.Put put => Range.Contains(put.Key),
        StoreRequest.Delete delete => Range.Contains(delete.Range.Key),
        StoreRequest.Read read => Range.Contains(read.Range.Key),
        StoreRequest.Transaction transaction => Concerns(transaction.Then[0]),
        _ => false,
    };
}
