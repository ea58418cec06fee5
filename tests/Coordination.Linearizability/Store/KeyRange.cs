namespace Coordination.Linearizability;

/// <summary>One key, or all from a key on up to another one.</summary>
/// <param name="Key">The key, or the first.</param>
/// <param name="End">The first key behind the range; null for the one key alone.</param>
public readonly record struct KeyRange(string Key, string? End = null)
{
    /// <summary>Every key.</summary>
    public static KeyRange All { get; } = new(string.Empty, "\uffff");

    /// <summary>True when the key lies within.</summary>
    public bool Contains(string key) =>
        End is null
            ? key == Key
            : string.CompareOrdinal(key, Key) >= 0 && string.CompareOrdinal(key, End) < 0;

    /// <summary>True when a key can lie within both; for two ranges with an end.</summary>
    internal bool Overlaps(KeyRange other) =>
        string.CompareOrdinal(Key, other.End) < 0 && string.CompareOrdinal(other.Key, End) < 0;

    /// <inheritdoc/>
    public override string ToString() => End is null ? Token.Escape(Key) : $"{Token.Escape(Key)} until {Token.Escape(End)}";

    internal static KeyRange Read(TokenReader reader)
    {
        string key = reader.NextText();
        return new KeyRange(key, reader.TryTake("until") ? reader.NextText() : null);
    }
}
