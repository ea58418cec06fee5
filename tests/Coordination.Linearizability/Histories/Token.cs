using System.Globalization;

namespace Coordination.Linearizability;

/// <summary>The words that lines of a history are made of: they hold no spaces and none of the signs that the lines use
/// themselves.</summary>
internal static class Token
{
    private const string EmptyText = "%";

    public static string Escape(string text) => text.Length == 0 ? EmptyText : Uri.EscapeDataString(text);

    public static string Unescape(string token) => token == EmptyText ? string.Empty : Uri.UnescapeDataString(token);

    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Answered => "answered",
        Outcome.Refused => "refused",
        _ => "unknown",
    };

    public static Outcome ToOutcome(string token) => token switch
    {
        "answered" => Outcome.Answered,
        "refused" => Outcome.Refused,
        "unknown" => Outcome.Unknown,
        _ => throw new FormatException($"'{token}' is no outcome."),
    };

    public static long ToNumber(string token) =>
        long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number : throw new FormatException($"'{token}' is no number.");
}
