namespace Coordination.Recipes;

/// <summary>A place in a line: a key on a lease, and the revision that created it, by which the line is ordered.</summary>
internal readonly record struct Place(Key Key, long Revision)
{
    /// <summary>The key is still there, and is still the one that was created then.</summary>
    public Condition IsKept => Condition.CreateRevision(Key, Comparison.Equal, Revision);
}
