namespace Coordination.Linearizability;

/// <summary>A point of the search: which operations have their place, in which order, and the state after them.</summary>
/// <param name="Placed">The answered operations that have a place.</param>
/// <param name="Used">The unknown operations that took effect.</param>
/// <param name="State">The state after all of these.</param>
/// <param name="Parent">Where the last one was added; null at the beginning.</param>
/// <param name="Last">The operation that was added to the parent.</param>
internal sealed record Configuration<TState, TRequest, TAnswer>(
    IndexSet Placed,
    IndexSet Used,
    TState State,
    Configuration<TState, TRequest, TAnswer>? Parent,
    Operation<TRequest, TAnswer>? Last)
    where TState : notnull
    where TRequest : notnull
    where TAnswer : class
{
    /// <summary>True once everything that can follow without an unknown operation has been tried.</summary>
    public bool IsWidened { get; set; }

    /// <summary>The operations in the order in which they were placed.</summary>
    public IReadOnlyList<Operation<TRequest, TAnswer>> Path()
    {
        List<Operation<TRequest, TAnswer>> path = [];
        for (var at = this; at.Last is not null; at = at.Parent!)
        {
            path.Add(at.Last);
        }

        path.Reverse();
        return path;
    }
}
