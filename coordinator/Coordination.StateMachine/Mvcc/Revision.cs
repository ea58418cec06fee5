namespace Coordination.StateMachine;

/// <summary>
/// The position of one change in a partition's history. All changes of one write share <see cref="Main"/>; <see cref="Sub"/> orders them.
/// </summary>
/// <param name="Main">The revision that clients see; the first write of a new store has 2.</param>
/// <param name="Sub">The change within the write, from 0.</param>
public readonly record struct Revision(long Main, int Sub) : IComparable<Revision>
{
    /// <inheritdoc/>
    public int CompareTo(Revision other) => Main != other.Main ? Main.CompareTo(other.Main) : Sub.CompareTo(other.Sub);

    /// <inheritdoc/>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Main}.{Sub}");

    /// <summary>Orders by position.</summary>
    public static bool operator <(Revision left, Revision right) => left.CompareTo(right) < 0;

    /// <summary>Orders by position.</summary>
    public static bool operator >(Revision left, Revision right) => left.CompareTo(right) > 0;

    /// <summary>Orders by position.</summary>
    public static bool operator <=(Revision left, Revision right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by position.</summary>
    public static bool operator >=(Revision left, Revision right) => left.CompareTo(right) >= 0;
}
