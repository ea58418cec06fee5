namespace Coordination.Recipes;

/// <summary>How a <see cref="LeaderService"/> leads.</summary>
public sealed record LeaderServiceOptions
{
    internal static readonly LeaderServiceOptions Default = new();

    /// <summary>
    /// How long the work has to end before the leadership counts as lost: when the servers are not heard of, its token is cancelled so much
    /// earlier. At most two fifths of the election's time to live, since what is left between two renewals must not look like a loss.
    /// </summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan StopMargin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long it waits, after work that failed or servers that could not be reached, before it stands for election again.
    /// </summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);
}
