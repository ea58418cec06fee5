namespace Coordination.Linearizability;

/// <summary>
/// Histories as text: one operation a line, as <c>#id client session start end outcome request => answer</c>. Empty lines and lines that
/// begin with a double slash are left out when reading, so that a saved history can carry its story.
/// </summary>
public static class HistoryText
{
    /// <summary>The text of a history.</summary>
    public static string Write<TRequest, TAnswer>(IEnumerable<Operation<TRequest, TAnswer>> history)
        where TRequest : notnull
        where TAnswer : class =>
        string.Concat(history.Select(operation => $"{operation}\n"));

    /// <summary>The history of a text.</summary>
    /// <exception cref="FormatException">A line is none of a history; the message names it.</exception>
    public static IReadOnlyList<Operation<TRequest, TAnswer>> Parse<TRequest, TAnswer>(
        string text, IOperationFormat<TRequest, TAnswer> format)
        where TRequest : notnull
        where TAnswer : class
    {
        List<Operation<TRequest, TAnswer>> history = [];
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("//", StringComparison.Ordinal))
            {
                continue;
            }

            try
            {
                history.Add(ParseLine(new TokenReader(line), format));
            }
            catch (FormatException error)
            {
                throw new FormatException($"{error.Message} In: {line}", error);
            }
        }

        return history;
    }

    private static Operation<TRequest, TAnswer> ParseLine<TRequest, TAnswer>(
        TokenReader reader, IOperationFormat<TRequest, TAnswer> format)
        where TRequest : notnull
        where TAnswer : class
    {
        int id = (int)Token.ToNumber(reader.NextAfter('#'));
        int client = (int)Token.ToNumber(reader.NextAfter('c'));
        string session = reader.NextText();
        long start = reader.NextNumber();
        long end = reader.NextNumber();
        Outcome outcome = Token.ToOutcome(reader.Next());
        TRequest request = format.ReadRequest(reader);
        TAnswer? answer = null;
        if (outcome == Outcome.Answered)
        {
            reader.Take("=>");
            answer = format.ReadAnswer(reader);
        }

        reader.TakeEnd();
        return new(id, client, session, start, end, request, outcome, answer);
    }
}
