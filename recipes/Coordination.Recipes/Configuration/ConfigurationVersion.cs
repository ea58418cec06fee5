namespace Coordination.Recipes;

/// <summary>A version of a document. Its content never changes.</summary>
/// <param name="Number">Its number, from 1; grows with every publication, also over rollbacks.</param>
/// <param name="Content">What it says.</param>
public sealed record ConfigurationVersion(long Number, Value Content);
