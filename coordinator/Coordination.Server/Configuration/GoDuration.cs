using System.Buffers;
using System.Globalization;
using System.Text;

namespace Coordination.Server;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>1.5s</c>, <c>300ms</c>, <c>-2us</c>, <c>0</c>.</summary>
internal static class GoDuration
{
    /// <summary>What Go can express, in nanoseconds: 292 years.</summary>
    private const long TicksMax = long.MaxValue / TimeSpan.NanosecondsPerTick;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("ns", 0.01m), ("us", 10), ("µs", 10), ("μs", 10), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a duration; a fraction of 100 ns, the unit of <see cref="TimeSpan"/>, is dropped.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        bool isNegative = text.StartsWith('-');
        ReadOnlySpan<char> rest = text.AsSpan(isNegative || text.StartsWith('+') ? 1 : 0);
        if (rest is "0")
        {
            return true;
        }

        decimal ticks = 0;
        do
        {
            if (!TryTake(ref rest, out decimal part))
            {
                return false;
            }

            ticks += part;
        }
        while (rest.Length > 0);

        if (ticks > TicksMax)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)(isNegative ? -ticks : ticks));
        return true;
    }

    /// <summary>Writes a duration of whole milliseconds.</summary>
    public static string Format(TimeSpan value)
    {
        var text = new StringBuilder();
        void Append(long count, string unit)
        {
            if (count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        Append((long)value.TotalHours, "h");
        Append(value.Minutes, "m");
        Append(value.Seconds, "s");
        Append(value.Milliseconds, "ms");
        return text.Length == 0 ? "0s" : text.ToString();
    }

    /// <summary>Takes a number and its unit off the front.</summary>
    private static bool TryTake(ref ReadOnlySpan<char> rest, out decimal ticks)
    {
        ticks = 0;
        int numberLength = rest.IndexOfAnyExcept(NumberCharacters);
        if (numberLength <= 0
            || !decimal.TryParse(rest[..numberLength], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
            || number > long.MaxValue)
        {
            return false;
        }

        rest = rest[numberLength..];
        int unitLength = rest.IndexOfAny(NumberCharacters);
        ReadOnlySpan<char> unit = unitLength < 0 ? rest : rest[..unitLength];
        rest = rest[unit.Length..];
        foreach ((string name, decimal ticksOfUnit) in Units)
        {
            if (unit.SequenceEqual(name))
            {
                ticks = number * ticksOfUnit;
                return true;
            }
        }

        return false;
    }
}
