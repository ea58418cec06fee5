namespace Coordination.Recipes;

/// <summary>What a check found.</summary>
/// <param name="Status">How it is.</param>
/// <param name="Note">Why, in words; null when there is nothing to say.</param>
public sealed record HealthReport(HealthStatus Status, string? Note = null);
