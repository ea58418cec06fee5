using System.Text.Json;

namespace Coordination.Proxy;

/// <summary>
/// The configuration file: a JSON object with the settings by their names, such as
/// <c>{ "coordinators": ["http://127.0.0.1:2379"], "drain-time": "5s" }</c>. Lists are lists, or text with commas.
/// </summary>
internal static class ConfigurationFile
{
    private static readonly JsonDocumentOptions Reading = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The settings of a file; what is wrong with it goes to the errors.</summary>
    public static IReadOnlyList<GivenSetting> Read(string path, Func<string, string> readFile, ICollection<string> errors)
    {
        try
        {
            using var json = JsonDocument.Parse(readFile(path), Reading);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"The configuration file {path} is no JSON object.");
                return [];
            }

            List<GivenSetting> given = [];
            foreach (var member in json.RootElement.EnumerateObject())
            {
                var label = $"'{member.Name}' in {path}";
                if (Find(member.Value) is { } value)
                {
                    given.Add(new GivenSetting(label, member.Name, value));
                }
                else
                {
                    errors.Add($"{label} is neither text, nor a number, nor a list of texts.");
                }
            }

            return given;
        }
        catch (JsonException unreadable)
        {
            errors.Add($"The configuration file {path} is no JSON: {unreadable.Message}");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add($"The configuration file {path} cannot be read: {unreadable.Message}");
        }

        return [];
    }

    private static string? Find(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        JsonValueKind.Array when value.EnumerateArray().All(member => member.ValueKind == JsonValueKind.String) =>
            string.Join(',', value.EnumerateArray().Select(member => member.GetString())),
        _ => null,
    };
}
