namespace Coordination.Linearizability;

/// <summary>The state after an operation, and what the operation is answered.</summary>
public readonly record struct Transition<TState, TAnswer>(TState State, TAnswer Answer);

/// <summary>
/// What the service would do if it ran one operation at a time. Deterministic and free of effects: a state is a value, with the equality
/// and the hash of its type, and is never changed.
/// </summary>
public interface IModel<TState, TRequest, TAnswer>
    where TState : notnull
    where TRequest : notnull
    where TAnswer : class
{
    /// <summary>The state before the first operation.</summary>
    TState Initial { get; }

    /// <summary>Carries a request out.</summary>
    Transition<TState, TAnswer> Step(TState state, TRequest request);

    /// <summary>
    /// True when an operation with this answer leaves every state as it is in which it can be answered so: reads, and what was in vain.
    /// A put of the value that is already there does not count, since elsewhere it changes something.
    /// </summary>
    bool IsRead(TRequest request, TAnswer answer);

    /// <summary>
    /// The part of the state that the request is confined to, for models whose parts are independent: a history is linearizable when each
    /// part's is (Herlihy and Wing 1990, locality). Null when the request is not confined; one such request makes the history one part.
    /// </summary>
    string? PartOf(TRequest request);
}
