namespace Coordination.Proxy;

/// <summary>Reads settings from text, and refuses those that make no sense.</summary>
internal sealed class FieldReader(string subject, string source, ICollection<Refusal> refusals)
{
    /// <summary>The value of a text; null when there is none, or when it is refused.</summary>
    public T? Read<T>(string name, string? text, string complaint, Func<string, T?> parse)
        where T : struct
    {
        if (text is null)
        {
            return null;
        }

        var value = parse(text);
        if (value is null)
        {
            Refuse(name, text, complaint);
        }

        return value;
    }

    public void Refuse(string name, string text, string complaint) =>
        refusals.Add(new Refusal(subject, source, $"{name} '{text}' {complaint}."));
}
