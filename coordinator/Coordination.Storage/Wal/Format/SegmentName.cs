using System.Globalization;

namespace Coordination.Storage;

/// <summary>The names of the files in a log's directory.</summary>
internal static class SegmentName
{
    public const string LockFile = "LOCK";

    /// <summary>An empty file that is there while recovery blanks what a crash left, and after it was interrupted at that.</summary>
    public const string RepairMark = "REPAIR";

    private const string Extension = ".wal";
    private const string TemporaryExtension = ".wal.tmp";
    private const int Digits = 16;

    /// <summary>The segment's name: its number as 16 hexadecimal digits, so that names sort as numbers do.</summary>
    public static string Of(ulong segment) => segment.ToString("x16", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The name under which a segment is prepared before it counts.</summary>
    public static string TemporaryOf(ulong segment) => segment.ToString("x16", CultureInfo.InvariantCulture) + TemporaryExtension;

    public static bool IsTemporary(string name) => name.EndsWith(TemporaryExtension, StringComparison.Ordinal);

    public static bool TryParse(string name, out ulong segment)
    {
        segment = 0;
        return name.Length == Digits + Extension.Length
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, Digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out segment)
            && segment != 0
            && Of(segment) == name;
    }
}
