namespace Coordination.Recipes;

/// <summary>A membership, until it is disposed of. Any thread.</summary>
public sealed class MemberRegistration : IAsyncDisposable
{
    private readonly KeptKey _key;

    internal MemberRegistration(KeptKey key) => _key = key;

    /// <summary>Says something else of the member.</summary>
    /// <param name="description">What.</param>
    /// <param name="cancellationToken">Ends the wait; it will be done all the same.</param>
    /// <returns>Completes when it is in the store.</returns>
    /// <exception cref="ObjectDisposedException">The member has left.</exception>
    public Task DescribeAsync(Value description, CancellationToken cancellationToken = default) =>
        _key.WriteAsync(description, cancellationToken);

    /// <summary>Leaves, at once when a server can be reached, else with the lease.</summary>
    public ValueTask DisposeAsync() => _key.DisposeAsync();
}
