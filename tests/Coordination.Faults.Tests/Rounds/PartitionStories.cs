namespace Coordination.Faults.Tests;

/// <summary>The partitions of a cluster through several rounds.</summary>
internal sealed class PartitionStories
{
    /// <summary>The default partition.</summary>
    public PartitionStory Default { get; } = new(StoreState.Fresh);

    /// <summary>The partition that the movable keys have; null while they are in the default one.</summary>
    public PartitionStory? Created { get; set; }

    /// <summary>The partition in which keys are.</summary>
    public PartitionStory Of(KeySpace space) => space == KeySpace.Movable ? Created ?? Default : Default;

    /// <summary>The movable keys are in the default partition again, which holds this.</summary>
    public void Join(StoreState state)
    {
        StoreOperation[] unsettled = [.. Default.Unsettled, .. Created?.Unsettled ?? []];
        Default.GoOn(state, unsettled, new HashSet<StoreOperation>());
        Created = null;
    }
}
