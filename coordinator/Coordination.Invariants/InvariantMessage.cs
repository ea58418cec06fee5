using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Coordination;

/// <summary>
/// Formats the message of a failed <see cref="Invariant"/> check; does nothing, and allocates nothing, when the check holds.
/// </summary>
[InterpolatedStringHandler]
public readonly ref struct InvariantMessage
{
    private readonly StringBuilder? _text;

    /// <summary>Called by the compiler; tells it through <paramref name="isNeeded"/> whether the message has to be formatted.</summary>
    public InvariantMessage(int literalLength, int formattedCount, bool condition, out bool isNeeded)
    {
        isNeeded = !condition;
        _text = condition ? null : new StringBuilder(literalLength + (formattedCount * 8));
    }

    /// <summary>Called by the compiler for the text between the values.</summary>
    public void AppendLiteral(string value) => _text?.Append(value);

    /// <summary>Called by the compiler for each value.</summary>
    public void AppendFormatted<T>(T value) => _text?.Append(CultureInfo.InvariantCulture, $"{value}");

    /// <inheritdoc/>
    public override string ToString() => _text?.ToString() ?? string.Empty;
}
