using System.Globalization;

namespace Coordination.Server;

/// <summary>Reads the text of a setting.</summary>
/// <returns>Null, or how the sentence goes on that begins with what was given: "must be ...".</returns>
internal delegate string? SettingParser<T>(GivenSetting given, out T value);

/// <summary>The forms that values have, those of Go's flag package where there is one.</summary>
internal static class SettingParsers
{
    private static readonly string[] TrueTexts = ["1", "t", "T", "TRUE", "true", "True"];
    private static readonly string[] FalseTexts = ["0", "f", "F", "FALSE", "false", "False"];

    public static string? Text(GivenSetting given, out string value)
    {
        value = given.Text;
        return null;
    }

    public static string? RequiredText(GivenSetting given, out string value)
    {
        value = given.Text;
        return value.Length == 0 ? "must not be empty" : null;
    }

    public static string? Boolean(GivenSetting given, out bool value)
    {
        value = TrueTexts.Contains(given.Text);
        return value || FalseTexts.Contains(given.Text) ? null : "must be true or false";
    }

    public static SettingParser<int> Int32(int min, int max) => (GivenSetting given, out int value) =>
    {
        string? problem = Int64(min, max)(given, out long number);
        value = problem is null ? (int)number : 0;
        return problem;
    };

    public static SettingParser<uint> UInt32(uint min) => (GivenSetting given, out uint value) =>
    {
        string? problem = Int64(min, uint.MaxValue)(given, out long number);
        value = problem is null ? (uint)number : 0;
        return problem;
    };

    public static SettingParser<long> Int64(long min, long max) => (GivenSetting given, out long value) =>
        long.TryParse(given.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= min && value <= max
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {min} to {max}");

    /// <summary>A number of milliseconds, without a unit.</summary>
    public static SettingParser<TimeSpan> Milliseconds(int min, int max) => (GivenSetting given, out TimeSpan value) =>
    {
        string? problem = Int64(min, max)(given, out long number);
        value = TimeSpan.FromMilliseconds(number);
        return problem is null ? null : $"{problem}, in milliseconds";
    };

    /// <summary>A duration with units; in a configuration file also a number of nanoseconds, as etcd writes and reads there.</summary>
    public static SettingParser<TimeSpan> Duration(TimeSpan min) => (GivenSetting given, out TimeSpan value) =>
    {
        bool isNanoseconds = long.TryParse(given.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long nanoseconds);
        if (isNanoseconds && given.Source == SettingSource.File)
        {
            value = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        }
        else if (!GoDuration.TryParse(given.Text, out value))
        {
            return "must be a duration such as 300ms, 10s or 1h30m";
        }

        return value >= min ? null : min == TimeSpan.Zero ? "must not be negative" : $"must be at least {GoDuration.Format(min)}";
    };

    /// <summary>One of a few words.</summary>
    public static SettingParser<T> Choice<T>(params (string Text, T Value)[] choices) => (GivenSetting given, out T value) =>
    {
        foreach ((string text, T chosen) in choices)
        {
            if (text == given.Text)
            {
                value = chosen;
                return null;
            }
        }

        value = choices[0].Value;
        return $"must be {string.Join(" or ", choices.Select(choice => choice.Text))}";
    };

    /// <summary>Words between commas, at least one.</summary>
    public static string? Words(GivenSetting given, out IReadOnlyList<string> value)
    {
        value = given.Text.Split(',', StringSplitOptions.TrimEntries);
        return value.Any(word => word.Length == 0) ? "must be a list of names between commas, none of them empty" : null;
    }

    /// <summary>Pairs such as <c>name=true</c> between commas, possibly none.</summary>
    public static string? Switches(GivenSetting given, out IReadOnlyDictionary<string, bool> value)
    {
        Dictionary<string, bool> switches = [];
        value = switches;
        foreach (string pair in given.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            if (parts.Length != 2 || Boolean(given with { Text = parts[1] }, out bool isOn) is not null)
            {
                return "must be a list of pairs such as LeaseCheckpoint=true between commas";
            }

            switches[parts[0]] = isOn;
        }

        return null;
    }
}
