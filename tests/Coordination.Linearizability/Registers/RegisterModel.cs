namespace Coordination.Linearizability;

/// <summary>The state of a register.</summary>
/// <param name="Value">Null when it has none.</param>
public readonly record struct RegisterState(string? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? "nothing" : $"'{Value}'";
}

/// <summary>Independent registers, one for each key, all without a value at first.</summary>
public sealed class RegisterModel : IModel<RegisterState, RegisterRequest, RegisterAnswer>
{
    private static readonly RegisterAnswer Done = new RegisterAnswer.Done();

    /// <inheritdoc/>
    public RegisterState Initial => default;

    /// <inheritdoc/>
    public Transition<RegisterState, RegisterAnswer> Step(RegisterState state, RegisterRequest request) => request switch
    {
        RegisterRequest.Put put => new(new RegisterState(put.Value), Done),
        RegisterRequest.Delete => new(default, Done),
        RegisterRequest.Get => new(state, new RegisterAnswer.Found(state.Value)),
        RegisterRequest.CompareAndSwap swap when state.Value == swap.Expected =>
            new(new RegisterState(swap.Value), new RegisterAnswer.Swapped(true)),
        RegisterRequest.CompareAndSwap => new(state, new RegisterAnswer.Swapped(false)),
        _ => throw new ArgumentException($"No such request: {request}.", nameof(request)),
    };

    /// <inheritdoc/>
    public bool IsRead(RegisterRequest request, RegisterAnswer answer) =>
        answer is RegisterAnswer.Found or RegisterAnswer.Swapped { Succeeded: false };

    /// <inheritdoc/>
    public string? PartOf(RegisterRequest request) => request.Key;
}
