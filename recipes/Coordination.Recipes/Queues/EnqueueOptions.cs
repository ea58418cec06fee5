namespace Coordination.Recipes;

/// <summary>How a message is delivered.</summary>
public sealed record EnqueueOptions
{
    internal static readonly EnqueueOptions Default = new();

    /// <summary>Messages of a higher priority are delivered first.</summary>
    /// <value>The default is 0, the lowest.</value>
    public byte Priority { get; init; }

    /// <summary>
    /// How long the message is kept back. Then it takes the place among others of its priority that it had from the beginning.
    /// </summary>
    /// <value>The default is zero.</value>
    public TimeSpan Delay { get; init; }
}
