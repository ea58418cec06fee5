namespace Coordination.Linearizability;

/// <summary>How far a search may go before it gives up without an answer.</summary>
public sealed record SearchLimits
{
    /// <summary>
    /// Configurations held in memory at most, for each part of the history; 2,000,000 by default. One takes some 200 bytes and its state.
    /// </summary>
    public int ConfigurationsMax { get; init; } = 2_000_000;

    /// <summary>Time for the whole history; one minute by default.</summary>
    public TimeSpan TimeMax { get; init; } = TimeSpan.FromMinutes(1);
}
