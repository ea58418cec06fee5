namespace Coordination.Recipes;

/// <summary>What happened to an instance, as a watch with a filter sees it.</summary>
public enum ServiceChangeKind
{
    /// <summary>It appeared, or began to be wanted.</summary>
    Added = 0,

    /// <summary>It changed, and is still wanted.</summary>
    Changed = 1,

    /// <summary>It vanished, or is not wanted any more.</summary>
    Removed = 2,
}

/// <summary>A change of one instance.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Instance">The instance as it is; as it was, when it vanished.</param>
/// <param name="Previous">The instance as it was; null for one that appeared.</param>
public sealed record ServiceChange(ServiceChangeKind Kind, ServiceInstance Instance, ServiceInstance? Previous);

/// <summary>All changes of one revision.</summary>
/// <param name="Revision">The revision that is shown when they are applied.</param>
/// <param name="Changes">The changes; none in the first answer of a watch when there is no instance.</param>
public sealed record ServiceChanges(long Revision, IReadOnlyList<ServiceChange> Changes);
