namespace Coordination.Recipes;

/// <summary>How one key changed between two looks at it.</summary>
/// <param name="Before">Null when it did not exist.</param>
/// <param name="After">Null when it does not exist any more.</param>
internal readonly record struct KeyChange(KeyValue? Before, KeyValue? After)
{
    public Key Key => (After ?? Before)!.Key;
}

/// <summary>What changed below a prefix.</summary>
/// <param name="Revision">The revision that is shown from now on.</param>
/// <param name="Changes">The keys that changed; every key that there is, to begin with.</param>
internal sealed record PrefixChange(long Revision, IReadOnlyList<KeyChange> Changes);
