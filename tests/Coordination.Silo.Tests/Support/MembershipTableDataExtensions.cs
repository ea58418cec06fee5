using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo.Tests;

internal static class MembershipTableDataExtensions
{
    /// <summary>The entry of a silo that must be in the table, with its etag.</summary>
    public static Tuple<MembershipEntry, string> Get(this MembershipTableData data, SiloAddress silo) =>
        data.TryGet(silo) ?? throw new InvalidOperationException($"{silo} is not in the table.");
}
