namespace Coordination.Raft.Tests;

/// <summary>How tests write the names of replicas: n1, n2 and so on.</summary>
internal static class Names
{
    public static string Of(ReplicaId id) => id.IsSome ? $"n{id}" : "none";

    public static string Of(IEnumerable<ReplicaId> ids) => string.Join(' ', ids.Select(Of));
}
