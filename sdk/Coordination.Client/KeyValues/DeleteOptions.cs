namespace Coordination.Client;

/// <summary>How keys are deleted.</summary>
public sealed record DeleteOptions
{
    internal static readonly DeleteOptions Default = new();

    /// <summary>True to have the keys as they were before in the answer.</summary>
    /// <value>The default is false.</value>
    public bool ReturnPrevious { get; init; }
}
