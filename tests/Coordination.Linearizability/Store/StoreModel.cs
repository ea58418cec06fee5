namespace Coordination.Linearizability;

/// <summary>
/// The store for the general checker. Far slower than <see cref="RevisionChecker"/>, whose judgements it confirms on short histories.
/// Serializable reads and reads of the past are not linearizable operations, and not for this.
/// </summary>
public sealed class StoreModel(StoreState initial) : IModel<StoreState, StoreRequest, StoreAnswer>
{
    /// <inheritdoc/>
    public StoreState Initial => initial;

    /// <inheritdoc/>
    public Transition<StoreState, StoreAnswer> Step(StoreState state, StoreRequest request)
    {
        StoreTransition transition = state.Apply(request);
        return new(transition.State, new StoreAnswer(transition.State.Revision, transition.Result));
    }

    /// <inheritdoc/>
    public bool IsRead(StoreRequest request, StoreAnswer answer) => request is not StoreRequest.Revoke && !answer.Result.IsChange;

    /// <summary>All keys share the revision.</summary>
    public string? PartOf(StoreRequest request) => null;
}
