namespace Coordination.Simulation;

/// <summary>A broken rule.</summary>
/// <param name="Rule">Which of <see cref="Rules"/>.</param>
/// <param name="Message">The values that broke it.</param>
internal sealed record Violation(string Rule, string Message);

/// <summary>How a world ended.</summary>
/// <param name="Options">How it was made.</param>
/// <param name="Statistics">What happened in it.</param>
/// <param name="Violation">The rule that broke, or null.</param>
internal sealed record WorldResult(WorldOptions Options, WorldStatistics Statistics, Violation? Violation);
