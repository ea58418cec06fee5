using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Coordination;

/// <summary>
/// Checks that stay on in Release. A consensus core that goes on after one of its invariants broke spreads the damage to other
/// members, so a failed check throws and the replica stops. The message is only formatted when the check fails.
/// </summary>
public static class Invariant
{
    /// <summary>
    /// Throws <see cref="InvariantViolationException"/> with <paramref name="message"/> unless <paramref name="condition"/> holds.
    /// </summary>
    public static void Check(
        [DoesNotReturnIf(false)] bool condition,
        [InterpolatedStringHandlerArgument(nameof(condition))] ref InvariantMessage message)
    {
        if (!condition)
        {
            Throw(message.ToString());
        }
    }

    /// <summary>
    /// Throws <see cref="InvariantViolationException"/> with <paramref name="message"/> unless <paramref name="condition"/> holds.
    /// </summary>
    public static void Check([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            Throw(message);
        }
    }

    /// <summary>Reports a state that cannot be reached.</summary>
    [DoesNotReturn]
    public static void Fail(string message) => Throw(message);

    [DoesNotReturn]
    private static void Throw(string message) => throw new InvariantViolationException(message);
}
