using System.Globalization;

namespace Coordination.Transport;

/// <summary>The identity of a member of the cluster: of the process that hosts replicas, and of its data directory.</summary>
/// <param name="Value">The number itself; zero means none.</param>
public readonly record struct MemberId(ulong Value)
{
    /// <summary>Whether this is a real member.</summary>
    public bool IsSome => Value != 0;

    /// <summary>As etcd shows it: hexadecimal.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
