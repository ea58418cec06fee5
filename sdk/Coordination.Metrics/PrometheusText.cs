using System.Globalization;
using System.Text;

namespace Coordination.Metrics;

/// <summary>
/// Writes Prometheus' text format, version 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats): a help line, a type line,
/// and a line for every value.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(16 * 1024);

    public void Family(string name, string kind, string help) =>
        _text.Append("# HELP ").Append(name).Append(' ')
            .Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings("\\n"))
            .Append("\n# TYPE ").Append(name).Append(' ').Append(kind).Append('\n');

    /// <summary>A value; <paramref name="labels"/> as <see cref="Labels"/> makes them.</summary>
    public void Sample(string name, string labels, double value)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            _text.Append('{').Append(labels).Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public override string ToString() => _text.ToString();

    /// <summary>Labels as they stand between the braces, sorted by name, so that the same set always gives the same text.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return string.Empty;
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        var text = new StringBuilder();
        foreach ((string name, object? value) in sorted)
        {
            AppendLabel(text, name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty);
        }

        return text.ToString();
    }

    /// <summary>The same labels with one more.</summary>
    public static string WithLabel(string labels, string name, string value)
    {
        var text = new StringBuilder(labels);
        AppendLabel(text, name, value);
        return text.ToString();
    }

    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>A name of another naming scheme in Prometheus' alphabet.</summary>
    public static string Name(string name) => string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c == ':' ? c : '_'));

    private static void AppendLabel(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(',');
        }

        text.Append(Name(name)).Append("=\"");
        foreach (char character in value)
        {
            _ = character switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(character),
            };
        }

        text.Append('"');
    }
}
