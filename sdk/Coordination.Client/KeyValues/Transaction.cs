namespace Coordination.Client;

/// <summary>
/// A transaction in the making: <c>When</c> all conditions hold <c>Then</c> these operations are done, or <c>Else</c> those, at one
/// revision and all or none. Immutable: every step gives a new one, and one can be committed again and again.
/// </summary>
/// <example><code>
/// TransactionResult result = await client.KeyValues
///     .When(Condition.Missing("leader"))
///     .Then(Operation.Put("leader", "me"))
///     .Else(Operation.Get("leader"))
///     .CommitAsync();
/// </code></example>
public sealed class Transaction
{
    private readonly KeyValueClient _client;
    private readonly Condition[] _conditions;
    private readonly Operation[] _then;
    private readonly Operation[] _else;

    internal Transaction(KeyValueClient client, Condition[] conditions, Operation[] then, Operation[] otherwise)
    {
        _client = client;
        _conditions = conditions;
        _then = then;
        _else = otherwise;
    }

    /// <summary>Adds conditions; without any the transaction always succeeds.</summary>
    /// <param name="conditions">What must hold, too.</param>
    public Transaction When(params ReadOnlySpan<Condition> conditions) => new(_client, [.. _conditions, .. conditions], _then, _else);

    /// <summary>Adds operations that are done, in this order, when all conditions hold.</summary>
    /// <param name="operations">The operations; no two may change the same key.</param>
    public Transaction Then(params ReadOnlySpan<Operation> operations) => new(_client, _conditions, [.. _then, .. operations], _else);

    /// <summary>Adds operations that are done, in this order, when a condition does not hold.</summary>
    /// <param name="operations">The operations; no two may change the same key.</param>
    public Transaction Else(params ReadOnlySpan<Operation> operations) => new(_client, _conditions, _then, [.. _else, .. operations]);

    /// <summary>Does it. A transaction that only reads is repeated like any read; one that writes, as any write.</summary>
    /// <param name="cancellationToken">Ends the wait; the transaction may be done all the same.</param>
    /// <exception cref="RequestRefusedException">The server refused it: a key is changed twice, the store is full.</exception>
    /// <exception cref="LeaseNotFoundException">A key was to hang on a lease that does not exist.</exception>
    /// <exception cref="OutcomeUnknownException">Nobody knows whether it was done.</exception>
    /// <exception cref="UnavailableException">No server could do it in time. Nothing was changed.</exception>
    public Task<TransactionResult> CommitAsync(CancellationToken cancellationToken = default) =>
        _client.CommitAsync(this, cancellationToken);

    internal bool IsRead() =>
        Array.TrueForAll(_then, operation => operation.IsRead) && Array.TrueForAll(_else, operation => operation.IsRead);

    internal Etcd.TxnRequest ToProtocol(KeyPrefix prefix) => new()
    {
        Compare = { _conditions.Select(condition => condition.ToProtocol(prefix)) },
        Success = { _then.Select(operation => operation.ToProtocol(prefix)) },
        Failure = { _else.Select(operation => operation.ToProtocol(prefix)) },
    };

    /// <param name="prefix">Of the namespace.</param>
    /// <param name="response">The answer.</param>
    /// <param name="revision">Of the store afterwards: the answer to an inner transaction does not have it.</param>
    internal TransactionResult ReadAnswer(KeyPrefix prefix, Etcd.TxnResponse response, long revision)
    {
        var done = response.Succeeded ? _then : _else;
        return new TransactionResult(
            response.Succeeded,
            [.. done.Zip(response.Responses, (operation, answer) => operation.ReadAnswer(prefix, answer, revision))],
            revision);
    }
}
