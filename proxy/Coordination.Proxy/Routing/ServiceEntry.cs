namespace Coordination.Proxy;

/// <summary>How a service is to be treated, as somebody declared it: a member of <c>services</c> of the document, or metadata.</summary>
internal sealed record ServiceEntry
{
    public bool? Expose { get; init; }

    public string? Http { get; init; }
}
