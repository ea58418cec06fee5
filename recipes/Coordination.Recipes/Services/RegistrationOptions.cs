namespace Coordination.Recipes;

/// <summary>How an instance is kept registered.</summary>
public sealed record RegistrationOptions
{
    internal static readonly RegistrationOptions Default = new();

    /// <summary>
    /// How long an instance that died, or is cut off, stays registered: the time to live of its lease, which is renewed three times as
    /// often. Rounded up to whole seconds; servers raise it to their minimum, 2 seconds by default.
    /// </summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What this process looks at to say how the instance is; the worst answer counts.</summary>
    /// <value>The default is none: the instance is what it says that it is.</value>
    public IReadOnlyList<HealthCheck> Checks { get; init; } = [];

    /// <summary>
    /// How long an instance can be critical before it is taken out of the registry; it comes back when it is not critical any more. Null to
    /// leave it in.
    /// </summary>
    /// <value>The default is null.</value>
    public TimeSpan? DeregisterCriticalAfter { get; init; }

    /// <summary>The clock of checks and of <see cref="DeregisterCriticalAfter"/>. The lease lives on the client's clock.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
