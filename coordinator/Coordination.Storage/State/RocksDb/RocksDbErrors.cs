using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Coordination.Storage;

/// <summary>
/// Turns what RocksDB says about a failure into an exception that names the file, when it does, or the directory. At open RocksDB adds that
/// the manifest may be corrupted to whatever is wrong with a table: the first file in the text is the damaged one. Of a few kinds of damage
/// to a table it names the manifest only.
/// </summary>
internal static partial class RocksDbErrors
{
    /// <summary>Throws what <paramref name="error"/> means, unless it is null, and frees it.</summary>
    public static void ThrowIfAny(nint error, string directory)
    {
        if (error != 0)
        {
            throw Take(error, directory);
        }
    }

    /// <summary>What <paramref name="error"/> means; frees it.</summary>
    public static IOException Take(nint error, string directory)
    {
        string text = Marshal.PtrToStringUTF8(error) ?? string.Empty;
        RocksDbNative.Free(error);
        return ToException(text, directory);
    }

    private static IOException ToException(string text, string directory)
    {
        if (text.Contains("No space left on device", StringComparison.Ordinal) || text.Contains("Disk quota", StringComparison.Ordinal))
        {
            return new DiskFullException($"{directory}: no space is left on the disk: {text}");
        }

        if (text.Contains("lock", StringComparison.Ordinal) && text.Contains("/LOCK", StringComparison.Ordinal))
        {
            return new IOException($"{directory}: the state store is open already, in this process or another one: {text}");
        }

        // A file that the manifest lists and the directory lacks is damage too. Any other failure of a system call is not.
        bool isDamage = !text.StartsWith("IO error", StringComparison.Ordinal)
            || text.Contains("No such file", StringComparison.Ordinal)
            || text.Contains("file size", StringComparison.Ordinal);
        return isDamage ? new StateStoreCorruptException(FindFile(text, directory), text) : new IOException($"{directory}: {text}");
    }

    private static string FindFile(string text, string directory) =>
        FileName().Match(text) is { Success: true } match ? Path.Combine(directory, match.Value) : directory;

    [GeneratedRegex(@"\b(\d{6,}\.sst|MANIFEST-\d+|CURRENT|\d{6,}\.log|OPTIONS-\d+)")]
    private static partial Regex FileName();
}
