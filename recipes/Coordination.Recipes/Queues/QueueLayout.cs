using System.Globalization;
using System.Text;

namespace Coordination.Recipes;

/// <summary>
/// The keys of a queue. Numbers have leading zeros, so that the order of keys is the order of delivery:
/// <c>tail</c> (the last number given), <c>ready/PRIORITY/NUMBER</c>, <c>delayed/DUE/PRIORITY/NUMBER</c> (due in milliseconds since 1970),
/// <c>claims/NUMBER</c> (on the consumer's lease), <c>attempts/NUMBER</c> (whose version is the number of deliveries) and
/// <c>dead/NUMBER</c>. Priorities are turned around: 255 comes first as 000.
/// </summary>
internal sealed class QueueLayout(Key name)
{
    private readonly Key _prefix = RecipeName.Prefix(name);

    public KeyRange All => KeyRange.Prefix(_prefix);

    public Key Tail => _prefix.Append("tail");

    public KeyRange Ready => KeyRange.Prefix(_prefix.Append("ready/"));

    public KeyRange Delayed => KeyRange.Prefix(_prefix.Append("delayed/"));

    public KeyRange Claims => KeyRange.Prefix(_prefix.Append("claims/"));

    public KeyRange Dead => KeyRange.Prefix(_prefix.Append("dead/"));

    public Key ReadyKey(byte priority, long sequence) =>
        _prefix.Append(string.Create(CultureInfo.InvariantCulture, $"ready/{255 - priority:d3}/{sequence:d20}"));

    public Key DelayedKey(DateTimeOffset due, byte priority, long sequence) => _prefix.Append(string.Create(
        CultureInfo.InvariantCulture, $"delayed/{due.ToUnixTimeMilliseconds():d15}/{255 - priority:d3}/{sequence:d20}"));

    public Key ClaimKey(long sequence) => Numbered("claims/", sequence);

    public Key AttemptsKey(long sequence) => Numbered("attempts/", sequence);

    public Key DeadKey(long sequence) => Numbered("dead/", sequence);

    /// <summary>The number of a message, from any of its keys.</summary>
    public static long SequenceOf(Key key) => Number(Parts(key)[^1]);

    /// <summary>The priority of a message, from its key while it is ready or delayed.</summary>
    public static byte PriorityOf(Key key) => (byte)(255 - Number(Parts(key)[^2]));

    /// <summary>When a delayed message is to be ready.</summary>
    public static DateTimeOffset DueOf(Key key) => DateTimeOffset.FromUnixTimeMilliseconds(Number(Parts(key)[^3]));

    private static string[] Parts(Key key) => Encoding.UTF8.GetString(key.Bytes.Span).Split('/');

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private Key Numbered(string part, long sequence) =>
        _prefix.Append(string.Create(CultureInfo.InvariantCulture, $"{part}{sequence:d20}"));
}
