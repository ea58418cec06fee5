using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>Which of two reasons a put is refused for; the same as etcd's.</summary>
public sealed class PutRefusalTests
{
    private static readonly PutOperation NoKeyNoLease = new("missing"u8.ToArray(), default, Lease: 7, IgnoreValue: true);
    private readonly PartitionState _state = new(new MemoryStore());

    [Fact]
    public void A_put_names_the_missing_lease_before_the_missing_key() =>
        Assert.Equal(ApplyError.LeaseNotFound, _state.Apply(1, 1, new PutCommand(NoKeyNoLease)).Error);

    [Fact]
    public void A_put_in_a_transaction_names_the_missing_key_before_the_missing_lease() =>
        Assert.Equal(ApplyError.KeyNotFound, _state.Apply(1, 1, new TxnCommand(new TxnOperation([], [NoKeyNoLease], []))).Error);
}
