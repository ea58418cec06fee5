namespace Coordination.Client;

/// <summary>Under which names clients tell what they do.</summary>
public static class ClientTelemetry
{
    /// <summary>
    /// The name of the <see cref="System.Diagnostics.ActivitySource"/> with an activity for every operation, and of the
    /// <see cref="System.Diagnostics.Metrics.Meter"/>.
    /// </summary>
    public const string Name = "Coordination.Client";
}
