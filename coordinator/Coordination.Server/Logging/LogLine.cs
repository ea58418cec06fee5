using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Coordination.Server;

/// <summary>One log message as a line: JSON with the keys that tools know from etcd, or text for people.</summary>
/// <param name="Time">When it was logged.</param>
/// <param name="Level">How severe it is.</param>
/// <param name="Category">Who logged it.</param>
/// <param name="Message">The message with its values filled in.</param>
/// <param name="Values">The values by name.</param>
/// <param name="Exception">What went wrong.</param>
internal readonly record struct LogLine(
    DateTimeOffset Time, LogLevel Level, string Category, string Message, IReadOnlyList<KeyValuePair<string, object?>> Values,
    Exception? Exception)
{
    /// <summary>The name that structured logging gives the template among the values.</summary>
    private const string TemplateName = "{OriginalFormat}";

    private string LevelName => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private string TimeText => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The line in a format, with its line end.</summary>
    public string ToText(LogFormat format) => format == LogFormat.Json ? ToJson() : ToConsole();

    private string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("level", LevelName);
            json.WriteString("ts", TimeText);
            json.WriteString("logger", Category);
            json.WriteString("msg", Message);
            foreach ((string name, object? value) in Values)
            {
                if (name != TemplateName)
                {
                    WriteValue(json, name, value);
                }
            }

            if (Exception is not null)
            {
                json.WriteString("error", Exception.ToString());
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteValue(Utf8JsonWriter json, string name, object? value)
    {
        json.WritePropertyName(name);
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case int or long or uint or short or byte:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private string ToConsole()
    {
        string line = $"{TimeText}  {LevelName,-5}  {Category}  {Message}\n";
        return Exception is null ? line : $"{line}{Exception}\n";
    }
}
