namespace Coordination.Faults.Tests;

/// <summary>A partition through several rounds: what it holds, by the judge, and what may still come of earlier rounds.</summary>
internal sealed class PartitionStory(StoreState state)
{
    private readonly List<StoreOperation> _unsettled = [];

    /// <summary>What it holds after the last round.</summary>
    public StoreState State { get; private set; } = state;

    /// <summary>Requests of earlier rounds that may still take effect, under ids that no round uses.</summary>
    public IReadOnlyList<StoreOperation> Unsettled => _unsettled;

    /// <summary>Takes over what a round leaves.</summary>
    /// <param name="state">What the partition holds now.</param>
    /// <param name="history">What was asked of it, or may have been.</param>
    /// <param name="authors">What is known to have been done.</param>
    public void GoOn(StoreState state, IEnumerable<StoreOperation> history, IReadOnlySet<StoreOperation> authors)
    {
        State = state;
        StoreOperation[] kept = [.. history.Where(operation => !authors.Contains(operation) && MayTakeEffect(operation))];
        _unsettled.Clear();
        _unsettled.AddRange(kept.Select((operation, index) =>
            operation with { Id = -1 - index, Outcome = Outcome.Unknown, Answer = null }));
    }

    /// <summary>Whoever was told nothing may have written nothing yet; and a lease that has keys takes them with it when it ends.</summary>
    private bool MayTakeEffect(StoreOperation operation) => operation.Request is StoreRequest.Grant grant
        ? State.FindAttached(grant.Lease).Count > 0
        : operation.Outcome == Outcome.Unknown && operation.Request is not StoreRequest.Read;
}
