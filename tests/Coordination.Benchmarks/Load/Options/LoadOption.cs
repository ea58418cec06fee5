namespace Coordination.Benchmarks;

/// <summary>One option of the command line.</summary>
/// <param name="Name">With the two dashes.</param>
/// <param name="ValueName">What to call its value in the help; null for an option without one.</param>
/// <param name="Description">One or more lines for the help.</param>
/// <param name="Apply">The options with this one set; throws <see cref="FormatException"/> with what is wrong about the value.</param>
internal sealed record LoadOption(string Name, string? ValueName, string Description, Func<LoadOptions, string, LoadOptions> Apply);
