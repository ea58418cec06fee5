namespace Coordination.Linearizability;

/// <summary>Registers as text.</summary>
public sealed class RegisterFormat : IOperationFormat<RegisterRequest, RegisterAnswer>
{
    /// <inheritdoc/>
    public RegisterRequest ReadRequest(TokenReader reader) => reader.Next() switch
    {
        "put" => new RegisterRequest.Put(reader.NextText(), reader.NextText()),
        "get" => new RegisterRequest.Get(reader.NextText()),
        "delete" => new RegisterRequest.Delete(reader.NextText()),
        "cas" => new RegisterRequest.CompareAndSwap(reader.NextText(), reader.NextText(), reader.NextText()),
        string other => throw new FormatException($"'{other}' is no request of a register."),
    };

    /// <inheritdoc/>
    public RegisterAnswer ReadAnswer(TokenReader reader) => reader.Next() switch
    {
        "done" => new RegisterAnswer.Done(),
        "nothing" => new RegisterAnswer.Found((string?)null),
        "found" => new RegisterAnswer.Found(reader.NextText()),
        "swapped" => new RegisterAnswer.Swapped(true),
        "different" => new RegisterAnswer.Swapped(false),
        string other => throw new FormatException($"'{other}' is no answer of a register."),
    };
}
