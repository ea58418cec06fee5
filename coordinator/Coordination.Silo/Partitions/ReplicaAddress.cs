using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Coordination.Silo;

/// <summary>Which replica: that of a partition on a member. It never changes, whatever silos come and go.</summary>
/// <param name="Partition">The partition's number; 0 is the default one.</param>
/// <param name="Member">The id of the member that holds the replica.</param>
public readonly record struct ReplicaAddress(uint Partition, ulong Member)
{
    /// <summary>The member's id as it is written everywhere, in 16 lower-case hexadecimal digits: the name of the member's silo.</summary>
    public static string NameOf(ulong member) => member.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The key of the replica's grain: the partition in decimal digits, a slash, and the member's id.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Partition}/{Member:x16}");

    /// <summary>Reads what <see cref="ToString"/> wrote; nothing else, so that a replica has exactly one key.</summary>
    public static bool TryParse([NotNullWhen(true)] string? key, out ReplicaAddress address)
    {
        address = default;
        int slash = key?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (key is null || slash < 0
            || !uint.TryParse(key.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out uint partition)
            || !ulong.TryParse(key.AsSpan(slash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong member))
        {
            return false;
        }

        address = new ReplicaAddress(partition, member);
        return address.ToString() == key;
    }
}
