using System.Globalization;

namespace Coordination.Proxy;

/// <summary>Spans of time as people write them: <c>250ms</c>, <c>10s</c>, <c>1.5m</c>, <c>1h</c>.</summary>
internal static class Durations
{
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1)),
    ];

    /// <summary>Nothing that the proxy waits for takes longer.</summary>
    private static readonly TimeSpan Max = TimeSpan.FromDays(1);

    public const string Complaint = "is no span of time up to a day, such as '250ms', '10s', '2m' or '1h'";

    public static TimeSpan? Find(string text)
    {
        foreach (var (unit, length) in Units.Where(unit => text.EndsWith(unit.Unit, StringComparison.Ordinal)))
        {
            if (double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var count))
            {
                return count <= Max / length ? length * count : null;
            }
        }

        return null;
    }
}
