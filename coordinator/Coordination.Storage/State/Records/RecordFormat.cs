namespace Coordination.Storage;

/// <summary>What all records of the state store have in common.</summary>
internal static class RecordFormat
{
    /// <summary>The first byte of each record but those of leases.</summary>
    public const byte Version = 1;

    /// <summary>Throws <see cref="InvalidDataException"/> unless a record is as it can have been written.</summary>
    public static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    /// <summary>Refuses a record of another version or length.</summary>
    public static void RequireVersion(ReadOnlySpan<byte> record, int bytesMin)
    {
        Require(!record.IsEmpty && record[0] == Version, "it has a format that this program does not know");
        Require(record.Length >= bytesMin, "it is too short");
    }
}
