namespace Coordination.Proxy;

/// <summary>Something that was declared and does not count, or not wholly. Everything else that was declared does.</summary>
/// <param name="Subject">What it is about, such as <c>route shop</c> or <c>instance orders/1</c>.</param>
/// <param name="Source">Where it was declared.</param>
/// <param name="Reason">What is wrong with it, in words.</param>
internal sealed record Refusal(string Subject, string Source, string Reason)
{
    public override string ToString() => $"{Subject} ({Source}): {Reason}";
}
