namespace Coordination.Recipes;

/// <summary>How a queue behaves. Everybody who uses one queue should say the same.</summary>
public sealed record QueueOptions
{
    internal static readonly QueueOptions Default = new();

    /// <summary>How many messages there can be that nobody has acknowledged, delayed ones included; null for any number.</summary>
    /// <value>The default is null.</value>
    public int? LengthMax { get; init; }

    /// <summary>How often a message is delivered before it is put aside as a dead letter; above 0.</summary>
    /// <value>The default is 5.</value>
    public int DeliveriesMax { get; init; } = 5;

    /// <summary>
    /// How long a consumer that died, or is cut off, keeps its messages from others. Rounded up to whole seconds; servers raise it to their
    /// minimum, 2 seconds by default. There is no limit to the work on a message by a consumer that lives.
    /// </summary>
    /// <value>The default is 15 seconds.</value>
    public TimeSpan ConsumerTimeToLive { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What has to happen before anything is delivered; null for nothing.</summary>
    /// <value>The default is null.</value>
    public StartCondition? StartWhen { get; init; }

    /// <summary>The clock of delays: those of the machines that enqueue and that receive are compared.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
