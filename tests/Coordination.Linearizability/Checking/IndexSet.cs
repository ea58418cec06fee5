using System.Numerics;

namespace Coordination.Linearizability;

/// <summary>
/// An immutable set of small numbers of which most of the lower ones are members, as the operations that a search has placed: words that
/// are full are counted, only those after them are kept. Two equal sets have the same form: the first word kept is not full, the last not
/// empty.
/// </summary>
internal sealed class IndexSet : IEquatable<IndexSet>
{
    private const int WordBits = 64;

    private readonly int _fullWords;
    private readonly ulong[] _words;

    private IndexSet(int fullWords, ulong[] words)
    {
        _fullWords = fullWords;
        _words = words;
        Count = fullWords * WordBits;
        foreach (ulong word in words)
        {
            Count += BitOperations.PopCount(word);
        }
    }

    public static IndexSet Empty { get; } = new(0, []);

    public int Count { get; }

    /// <summary>The least number that is not a member.</summary>
    public int FirstMissing =>
        (_fullWords * WordBits) + (_words.Length == 0 ? 0 : BitOperations.TrailingZeroCount(~_words[0]));

    public bool Contains(int index) => (WordAt(index / WordBits) >> (index % WordBits) & 1) != 0;

    public IndexSet With(int index)
    {
        int word = (index / WordBits) - _fullWords;
        var words = new ulong[Math.Max(_words.Length, word + 1)];
        _words.CopyTo(words, 0);
        words[word] |= 1UL << (index % WordBits);
        int full = 0;
        while (full < words.Length && words[full] == ulong.MaxValue)
        {
            full++;
        }

        return new IndexSet(_fullWords + full, full == 0 ? words : words[full..]);
    }

    public bool IsSubsetOf(IndexSet other)
    {
        // The other's first kept word is not full, so it cannot hold what is full here.
        if (_fullWords > other._fullWords)
        {
            return false;
        }

        for (int i = 0; i < _words.Length; i++)
        {
            if ((_words[i] & ~other.WordAt(_fullWords + i)) != 0)
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(IndexSet? other) =>
        other is not null && _fullWords == other._fullWords && _words.AsSpan().SequenceEqual(other._words);

    public override bool Equals(object? obj) => Equals(obj as IndexSet);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(_fullWords);
        foreach (ulong word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    private ulong WordAt(int word) => word < _fullWords
        ? ulong.MaxValue
        : word - _fullWords < _words.Length ? _words[word - _fullWords] : 0;
}
