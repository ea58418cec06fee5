using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>Messages as text for people: long values are cut.</summary>
public static class Shortened
{
    private const int LengthMax = 600;

    public static string Text(IMessage message)
    {
        var text = message.ToString()!;
        return $"{message.Descriptor.Name} {(text.Length <= LengthMax ? text : $"{text[..LengthMax]}... ({text.Length} characters)")}";
    }

    public static string Text(IEnumerable<IMessage> messages) =>
        string.Concat(messages.Select(message => $"\n    {Text(message)}")) is { Length: > 0 } lines ? lines : "\n    (nothing)";
}
