namespace Coordination.Linearizability;

/// <summary>Reads a line of a history word by word. Everything that does not fit is a <see cref="FormatException"/>.</summary>
public sealed class TokenReader(string line)
{
    private readonly string[] _tokens = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    private int _position;

    /// <summary>True when nothing is left.</summary>
    public bool IsAtEnd => _position == _tokens.Length;

    /// <summary>The next word as it stands.</summary>
    public string Next() => IsAtEnd ? throw new FormatException("The line ends too early.") : _tokens[_position++];

    /// <summary>The next word as text that was escaped.</summary>
    public string NextText() => Token.Unescape(Next());

    /// <summary>The next word as a number.</summary>
    public long NextNumber() => Token.ToNumber(Next());

    /// <summary>The rest of the next word, which must begin with the sign.</summary>
    public string NextAfter(char sign)
    {
        string token = Next();
        return token[0] == sign ? token[1..] : throw new FormatException($"'{token}' does not begin with '{sign}'.");
    }

    /// <summary>Takes the word if it is the next.</summary>
    public bool TryTake(string word)
    {
        bool isNext = !IsAtEnd && _tokens[_position] == word;
        _position += isNext ? 1 : 0;
        return isNext;
    }

    /// <summary>Takes the word, which must be the next.</summary>
    public void Take(string word)
    {
        if (!TryTake(word))
        {
            throw new FormatException($"'{word}' is missing before '{(IsAtEnd ? "the end" : _tokens[_position])}'.");
        }
    }

    /// <summary>Fails when something is left.</summary>
    public void TakeEnd()
    {
        if (!IsAtEnd)
        {
            throw new FormatException($"'{_tokens[_position]}' is too much.");
        }
    }
}
