namespace Coordination.Faults.Tests;

/// <summary>What was watched of a space through one member.</summary>
/// <param name="Space">The keys.</param>
/// <param name="IsWhole">Nothing was left out; otherwise it began again behind a move.</param>
/// <param name="Records">One for each stream.</param>
public sealed record SpaceWatch(KeySpace Space, bool IsWhole, IReadOnlyList<WatchRecord> Records)
{
    public IEnumerable<StoreEvent> Events => Records.SelectMany(record => record.Responses).SelectMany(response => response.Events);
}
