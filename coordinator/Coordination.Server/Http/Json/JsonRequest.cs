using System.Text.Json;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>Reads the message of a request from its path, and its body or query.</summary>
internal static class JsonRequest
{
    /// <summary>Reads it.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is no message of the type; the text names the field.</exception>
    /// <exception cref="BadHttpRequestException">The body is too large, or does not come.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var message = parser.ParseFrom(ByteString.Empty);
        var fields = new JsonFields<T>(message);
        foreach (var (name, value) in http.Request.RouteValues)
        {
            // The one character that stays encoded in a path.
            fields.SetText(name, [((string)value!).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)]);
        }

        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsDelete(http.Request.Method))
        {
            foreach (var (name, values) in http.Request.Query)
            {
                fields.SetText(name, [.. values.Select(static value => value ?? string.Empty)]);
            }

            return message;
        }

        if (http.Request.Query.Count > 0)
        {
            throw RequestField.Refuse(http.Request.Query.First().Key, $"belongs into the body of a {http.Request.Method}");
        }

        await ReadBodyAsync(http, fields).ConfigureAwait(false);
        return message;
    }

    private static async Task ReadBodyAsync<T>(HttpContext http, JsonFields<T> fields)
        where T : class, IMessage<T>
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted).ConfigureAwait(false);
        if (body.Length == 0)
        {
            return;
        }

        try
        {
            using var document = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw RequestField.Refuse("body", "is no JSON object");
            }

            foreach (var property in document.RootElement.EnumerateObject())
            {
                fields.Set(property.Name, property.Value.GetRawText());
            }
        }
        catch (JsonException unreadable)
        {
            throw RequestField.Refuse("body", $"is no JSON: {unreadable.Message}");
        }
    }
}
