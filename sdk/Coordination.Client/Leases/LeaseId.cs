using System.Globalization;

namespace Coordination.Client;

/// <summary>The identity of a lease.</summary>
/// <param name="Value">The number that servers know it by.</param>
public readonly record struct LeaseId(long Value)
{
    /// <summary>No lease.</summary>
    public static LeaseId None => default;

    /// <summary>The number in hexadecimal digits, as etcd's tools write it.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
