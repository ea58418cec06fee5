using Coordination.Client;

namespace Coordination.Server;

/// <summary>
/// The lease of a claim in the making: the one that the caller names, or one that is granted when there is a message to claim. A granted
/// one ends with this unless the claim was made. Of one call.
/// </summary>
internal sealed class ClaimLease(LeaseClient leases, long named, TimeSpan timeToLive) : IAsyncDisposable
{
    private bool _isKept;

    /// <summary>The lease; none until it was asked for.</summary>
    public LeaseId Id { get; private set; } = new(named);

    public async ValueTask<LeaseId> GetAsync(CancellationToken cancellationToken)
    {
        if (Id == LeaseId.None)
        {
            Id = (await leases.GrantAsync(timeToLive, cancellationToken: cancellationToken).ConfigureAwait(false)).Id;
        }

        return Id;
    }

    /// <summary>The claim is made, and the lease is the caller's.</summary>
    public void Keep() => _isKept = true;

    public async ValueTask DisposeAsync()
    {
        if (_isKept || named != 0 || Id == LeaseId.None)
        {
            return;
        }

        try
        {
            await leases.RevokeAsync(Id).ConfigureAwait(false);
        }
        catch (CoordinationException)
        {
            // It expires by itself.
        }
    }
}
