using Coordination.Client;
using Coordination.Recipes;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>What services have in common that carry out recipes for clients without the library.</summary>
internal static class RecipeCall
{
    /// <summary>As in etcd: how long a place lives whose caller has no lease. Nobody renews it.</summary>
    private static readonly TimeSpan OwnLeaseTimeToLive = TimeSpan.FromSeconds(60);

    /// <summary>Carries out a recipe; its exceptions become statuses.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="lost">What the caller is told when it lost its place.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> recipe, Status lost)
    {
        try
        {
            return await recipe().ConfigureAwait(false);
        }
        catch (LockLostException)
        {
            throw EtcdErrors.Refuse(lost);
        }
        catch (CoordinationException failure)
        {
            throw EtcdErrors.Refuse(EtcdErrors.Of(failure));
        }
    }

    /// <summary>The lease that a caller names, or one for a caller that names none.</summary>
    public static async Task<LeaseId> GetLeaseAsync(CoordinationClient client, long lease, CancellationToken cancellationToken) =>
        lease != 0
            ? new LeaseId(lease)
            : (await client.Leases.GrantAsync(OwnLeaseTimeToLive, cancellationToken: cancellationToken).ConfigureAwait(false)).Id;

    /// <summary>The name of a recipe. etcd would take an empty one, whose keys are those of everything that begins with a slash.</summary>
    public static Key CheckName(ReadOnlyMemory<byte> name) => name.IsEmpty ? throw EtcdErrors.Refuse(EtcdErrors.KeyNotProvided) : name;
}
