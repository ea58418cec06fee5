using System.Text;

namespace Coordination.StateMachine;

/// <summary>The write of one row of the cluster's metadata.</summary>
/// <param name="Key">Which row.</param>
/// <param name="Condition">What must be true of it.</param>
/// <param name="Value">What is written; null deletes the row, if it is there.</param>
public sealed record MetadataWrite(string Key, MetadataCondition Condition, ReadOnlyMemory<byte>? Value);

/// <summary>What a <see cref="MetadataWriteCommand"/> gave.</summary>
/// <param name="Succeeded">Whether all conditions held, so that everything was written; otherwise nothing was.</param>
/// <param name="Version">The table's version afterwards.</param>
public sealed record MetadataWriteResult(bool Succeeded, long Version) : OperationResult;

/// <summary>
/// Writes rows of the cluster's metadata, all of them if the condition of each one holds, and otherwise none. Conditions are about the rows
/// as they were before. Consumes no revision, and neither watches nor ranges nor hashes see it.
/// </summary>
public sealed record MetadataWriteCommand : Command
{
    /// <summary>How many bytes of UTF-8 the key of a row may have.</summary>
    public const int KeyBytesMax = 512;

    /// <summary>How many bytes the keys and values of one command may have together.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>How many rows one command may write.</summary>
    public const int WritesMax = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Creates the command.</summary>
    /// <param name="writes">At least one write, and no two of the same row.</param>
    /// <exception cref="ArgumentException">There are none, too many or too large ones, or two of the same row.</exception>
    public MetadataWriteCommand(IReadOnlyList<MetadataWrite> writes)
    {
        ArgumentNullException.ThrowIfNull(writes);
        Writes = FindFault(writes) is { } fault ? throw new ArgumentException(fault, nameof(writes)) : writes;
    }

    /// <summary>The writes.</summary>
    public IReadOnlyList<MetadataWrite> Writes { get; }

    /// <summary>Says what is wrong with writes, or null when they may be a command.</summary>
    internal static string? FindFault(IReadOnlyList<MetadataWrite> writes)
    {
        if (writes.Count is 0 or > WritesMax)
        {
            return $"A write of metadata has 1 to {WritesMax} rows, not {writes.Count}.";
        }

        var keys = new SortedSet<string>(StringComparer.Ordinal);
        long bytes = 0;
        foreach (var write in writes)
        {
            int keyBytes = CountBytes(write.Key);
            if (keyBytes is 0 or > KeyBytesMax)
            {
                return $"The key of a row of metadata is text of 1 to {KeyBytesMax} bytes of UTF-8.";
            }

            if (!keys.Add(write.Key))
            {
                return $"A write of metadata has the row {write.Key} twice.";
            }

            bytes += keyBytes + (write.Value?.Length ?? 0);
        }

        return bytes > BytesMax ? $"A write of metadata has at most {BytesMax} bytes, not {bytes}." : null;
    }

    /// <summary>The length in UTF-8; 0 for what is no text, since half a surrogate pair would be stored as something else.</summary>
    private static int CountBytes(string key)
    {
        try
        {
            return Strict.GetByteCount(key);
        }
        catch (EncoderFallbackException)
        {
            return 0;
        }
    }
}
