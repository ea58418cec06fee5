using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// How Orleans' membership lies in the cluster's table: a row for the membership's version, and two for each silo, because what a silo
/// says of itself every half a minute must not disturb those who decide about it.
/// </summary>
internal static class MembershipRows
{
    /// <summary>Holds the membership's version, a number in decimal digits.</summary>
    public const string VersionKey = "version";

    private const string SiloPrefix = "silo/";
    private const string AlivePrefix = "alive/";

    /// <summary>The row of a silo's entry, as a <see cref="MembershipRecord"/> in JSON.</summary>
    public static string SiloKey(SiloAddress silo) => SiloPrefix + silo.ToParsableString();

    /// <summary>The row of the moment at which a silo last said that it is alive, in ticks of UTC as decimal digits.</summary>
    public static string AliveKey(SiloAddress silo) => AlivePrefix + silo.ToParsableString();

    public static bool IsSiloKey(string key) => key.StartsWith(SiloPrefix, StringComparison.Ordinal);

    public static byte[] EncodeNumber(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    public static long DecodeNumber(string key, ClusterTableRow row) =>
        Utf8Parser.TryParse(row.Value.Span, out long number, out int length) && length == row.Value.Length
            ? number
            : throw new InvalidDataException($"Row {key} of the cluster's table is not a number.");

    public static byte[] EncodeEntry(MembershipEntry entry) =>
        JsonSerializer.SerializeToUtf8Bytes(MembershipRecord.From(entry), MembershipJson.Default.MembershipRecord);

    /// <summary>The entry in a row, with the latest moment at which its silo said that it is alive.</summary>
    public static MembershipEntry DecodeEntry(string key, ClusterTableSnapshot snapshot)
    {
        MembershipEntry entry = DecodeRecord(key, snapshot.Rows[key]).ToEntry();
        string aliveKey = AliveKey(entry.SiloAddress);
        if (snapshot.Rows.TryGetValue(aliveKey, out ClusterTableRow? alive))
        {
            // Whoever changes the entry of another silo writes the moment that it read, which may be old by then.
            var said = new DateTime(DecodeNumber(aliveKey, alive), DateTimeKind.Utc);
            entry.IAmAliveTime = said > entry.IAmAliveTime ? said : entry.IAmAliveTime;
        }

        return entry;
    }

    private static MembershipRecord DecodeRecord(string key, ClusterTableRow row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Value.Span, MembershipJson.Default.MembershipRecord)
                ?? throw new InvalidDataException($"Row {key} of the cluster's table holds nothing.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Row {key} of the cluster's table is not the entry of a silo.", exception);
        }
    }
}
