using System.Globalization;
using Coordination.Recipes;

namespace Coordination.Server;

/// <summary>
/// What clients know a claim by: all that is needed to find it again from any node, as text that they need not understand.
/// </summary>
internal static class ClaimId
{
    public static string Of(QueueClaim claim) =>
        string.Create(CultureInfo.InvariantCulture, $"{claim.Priority}-{claim.Sequence}-{claim.Place.Revision}");

    /// <summary>The claim of a text.</summary>
    /// <exception cref="Grpc.Core.RpcException">It is none of these.</exception>
    public static QueueClaim Read(string text, DistributedQueue queue) =>
        text.Split('-') is [var priority, var sequence, var revision]
            && byte.TryParse(priority, NumberStyles.None, CultureInfo.InvariantCulture, out byte order)
            && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out long claimed)
            ? queue.ClaimOf(order, number, claimed)
            : throw RequestField.Refuse("claim_id", text.Length == 0 ? "is missing" : "is not one that was given out");
}
