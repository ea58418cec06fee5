using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// Fills a message field by field with JSON, as protobuf defines it, so that whatever makes no sense is refused by the name of its field.
/// Belongs to one request.
/// </summary>
internal sealed class JsonFields<T>(T message)
    where T : class, IMessage<T>
{
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    /// <summary>Sets a field.</summary>
    /// <param name="name">Its name in the protocol, or the name that protobuf gives it in JSON.</param>
    /// <param name="json">What it shall have.</param>
    /// <exception cref="RpcException">There is no such field, it was set before, or it cannot have that.</exception>
    public void Set(string name, string json)
    {
        var field = Find(name);
        if (!_given.Add(field.RealContainingOneof?.Name ?? field.Name))
        {
            string twice = field.RealContainingOneof is { } choice
                ? $"only one of {string.Join(", ", choice.Fields.Select(static part => part.Name))} can be given"
                : "is given twice";
            throw RequestField.Refuse(field.Name, twice);
        }

        try
        {
            message.MergeFrom((T)JsonParser.Default.Parse($$"""{"{{field.Name}}":{{Exact(field, json)}}}""", message.Descriptor));
        }
        catch (InvalidProtocolBufferException)
        {
            throw RequestField.Refuse(field.Name, $"is no {KindOf(field)}: {Shorten(json)}");
        }
    }

    /// <summary>Sets a field from text, as it stands in paths and queries.</summary>
    /// <param name="name">As in <see cref="Set"/>; an entry of a map has its key behind it, after a dot.</param>
    /// <param name="values">What it shall have: one value, or several for a field that has several.</param>
    /// <exception cref="RpcException">As in <see cref="Set"/>.</exception>
    public void SetText(string name, IReadOnlyList<string> values)
    {
        if (name.Split('.', 2) is [var map, var key] && Find(map).IsMap)
        {
            var entry = (T)JsonParser.Default.Parse(
                $$"""{"{{Find(map).Name}}":{{JsonSerializer.Serialize(new Dictionary<string, string> { [key] = values[^1] })}}}""",
                message.Descriptor);
            message.MergeFrom(entry);
            return;
        }

        var field = Find(name);
        if (field.IsMap)
        {
            throw RequestField.Refuse(field.Name, $"is an object: give its entries as {field.Name}.KEY=VALUE");
        }

        if (!field.IsRepeated && values.Count > 1)
        {
            throw RequestField.Refuse(field.Name, "is given twice");
        }

        string[] json = [.. values.Select(value => ToJson(field, value))];
        Set(name, field.IsRepeated ? $"[{string.Join(',', json)}]" : json[0]);
    }

    private static string ToJson(FieldDescriptor field, string text) => field.FieldType == FieldType.Bool
        ? text switch
        {
            "true" or "" => "true",
            "false" => "false",
            _ => JsonSerializer.Serialize(text),
        }
        : JsonSerializer.Serialize(text);

    /// <summary>The parser takes numbers for floating-point ones, which are not exact for 64 bits, and texts for what they are.</summary>
    private static string Exact(FieldDescriptor field, string json) =>
        field is { FieldType: FieldType.Int64, IsRepeated: false } && (char.IsAsciiDigit(json[0]) || json[0] == '-') ? $"\"{json}\"" : json;

    private static string KindOf(FieldDescriptor field) => field switch
    {
        { IsMap: true } => "object of such values as it has",
        { IsRepeated: true } => "list of such values as it has",
        { FieldType: FieldType.String } => "text",
        { FieldType: FieldType.Bytes } => "text in base64",
        { FieldType: FieldType.Bool } => "true or false",
        { FieldType: FieldType.Message } when field.MessageType.FullName == Duration.Descriptor.FullName => "time such as \"1.5s\"",
        _ => "whole number in its range",
    };

    private static string Shorten(string json) => json.Length <= 40 ? json : $"{json.AsSpan(0, 40)}...";

    private FieldDescriptor Find(string name)
    {
        var fields = message.Descriptor.Fields.InFieldNumberOrder();
        return fields.FirstOrDefault(field => field.Name == name || field.JsonName == name)
            ?? throw RequestField.Refuse(name, $"no such field; there are {string.Join(", ", fields.Select(static field => field.Name))}");
    }
}
