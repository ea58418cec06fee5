using System.Buffers;

namespace Coordination.Server;

/// <summary>
/// Which values of <c>:authority</c> Kestrel serves: nothing, a host, or a host and a port. A test holds this against Kestrel itself,
/// character by character, because a value that passes here and not there costs a client its request.
/// </summary>
internal static class HostSyntax
{
    private static readonly SearchValues<byte> NameCharacters =
        SearchValues.Create("!$&'()-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~"u8);

    private static readonly SearchValues<byte> AddressCharacters = SearchValues.Create(".0123456789:ABCDEFabcdef"u8);

    /// <summary>The shortest IPv6 address is <c>::</c>; Kestrel wants one character more before the bracket.</summary>
    private const int BracketPositionMin = 4;

    public static bool IsValid(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return true;
        }

        if (value[0] == (byte)'[')
        {
            int bracket = value.IndexOf((byte)']');
            return bracket >= BracketPositionMin
                && !value[1..bracket].ContainsAnyExcept(AddressCharacters)
                && IsPortOrNothing(value[(bracket + 1)..]);
        }

        int nameLength = value.IndexOfAnyExcept(NameCharacters);
        return nameLength < 0 || (nameLength > 0 && IsPortOrNothing(value[nameLength..]));
    }

    private static bool IsPortOrNothing(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || (rest[0] == (byte)':' && rest.Length > 1 && !rest[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9'));
}
