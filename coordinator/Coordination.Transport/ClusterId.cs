using System.Globalization;

namespace Coordination.Transport;

/// <summary>The identity of a cluster. Members of different clusters must never exchange a message.</summary>
/// <param name="Value">The number itself.</param>
public readonly record struct ClusterId(ulong Value)
{
    /// <summary>As etcd shows it: hexadecimal.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
