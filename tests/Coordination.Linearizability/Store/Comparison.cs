namespace Coordination.Linearizability;

/// <summary>What of a key a transaction compares.</summary>
public enum ComparisonTarget
{
    /// <summary>Puts since it exists; 0 when it does not.</summary>
    Version,

    /// <summary>The revision since which it exists; 0 when it does not.</summary>
    Create,

    /// <summary>The revision of its last put; 0 when it does not exist.</summary>
    Mod,

    /// <summary>Its lease; 0 when it has none or does not exist.</summary>
    Lease,

    /// <summary>Its value; a key that does not exist fails every comparison of it.</summary>
    Value,
}

/// <summary>How a transaction compares.</summary>
public enum ComparisonSign
{
    /// <summary>The same.</summary>
    Equal,

    /// <summary>Not the same.</summary>
    NotEqual,

    /// <summary>The key's is less.</summary>
    Less,

    /// <summary>The key's is greater.</summary>
    Greater,
}

/// <summary>One comparison of a transaction; the operand is a number for all targets but the value.</summary>
public sealed record Comparison(string Key, ComparisonTarget Target, ComparisonSign Sign, string Operand)
{
    /// <summary>True when it holds for the key, null when the key does not exist.</summary>
    public bool Holds(KeyRecord? record)
    {
        if (Target == ComparisonTarget.Value)
        {
            return record is not null && Fits(string.CompareOrdinal(record.Value, Operand));
        }

        long number = record is null ? 0 : Target switch
        {
            ComparisonTarget.Version => record.Version,
            ComparisonTarget.Create => record.CreateRevision,
            ComparisonTarget.Mod => record.ModRevision,
            _ => record.Lease,
        };
        return Fits(number.CompareTo(Token.ToNumber(Operand)));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Target} {Token.Escape(Key)} {Sign} {Token.Escape(Operand)}";

    internal static Comparison Read(TokenReader reader)
    {
        string target = reader.Next();
        string key = reader.NextText();
        string sign = reader.Next();
        return Enum.TryParse(target, out ComparisonTarget parsedTarget) && Enum.TryParse(sign, out ComparisonSign parsedSign)
            ? new Comparison(key, parsedTarget, parsedSign, reader.NextText())
            : throw new FormatException($"'{target} {key} {sign}' is no comparison.");
    }

    private bool Fits(int order) => Sign switch
    {
        ComparisonSign.Equal => order == 0,
        ComparisonSign.NotEqual => order != 0,
        ComparisonSign.Less => order < 0,
        _ => order > 0,
    };
}
