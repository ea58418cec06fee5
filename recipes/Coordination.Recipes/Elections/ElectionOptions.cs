namespace Coordination.Recipes;

/// <summary>How candidates stand for election.</summary>
public sealed record ElectionOptions
{
    internal static readonly ElectionOptions Default = new();

    /// <summary>
    /// How long a leader that died, or is cut off, keeps its office: the time to live of the lease that a campaign opens. Rounded up to
    /// whole seconds; servers raise it to their minimum, 2 seconds by default. Without effect on a lease of the caller's.
    /// </summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(15);
}
