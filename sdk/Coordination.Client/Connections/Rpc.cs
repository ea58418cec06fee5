namespace Coordination.Client;

/// <summary>A method of the protocol that is called for one answer, and what may be done when a call of it fails.</summary>
/// <param name="Service">The service, with its package.</param>
/// <param name="Method">The method.</param>
/// <param name="Class">What may be done.</param>
internal sealed record Rpc(string Service, string Method, OperationClass Class)
{
    private const string KeyValues = "etcdserverpb.KV";
    private const string Leases = "etcdserverpb.Lease";

    public static Rpc Range { get; } = new(KeyValues, "Range", OperationClass.Repeatable);

    public static Rpc Put { get; } = new(KeyValues, "Put", OperationClass.Write);

    public static Rpc DeleteRange { get; } = new(KeyValues, "DeleteRange", OperationClass.Write);

    public static Rpc Transaction { get; } = new(KeyValues, "Txn", OperationClass.Write);

    /// <summary>Of a transaction that only reads.</summary>
    public static Rpc ReadingTransaction { get; } = new(KeyValues, "Txn", OperationClass.Repeatable);

    public static Rpc Compact { get; } = new(KeyValues, "Compact", OperationClass.Write);

    public static Rpc Grant { get; } = new(Leases, "LeaseGrant", OperationClass.Write);

    /// <summary>Of a lease of a session: nobody will use one whose id was never learnt, and it expires by itself.</summary>
    public static Rpc GrantToSession { get; } = new(Leases, "LeaseGrant", OperationClass.Repeatable);

    /// <summary>One renewal, on a stream of its own.</summary>
    public static Rpc Renew { get; } = new(Leases, "LeaseKeepAlive", OperationClass.Repeatable);

    public static Rpc Revoke { get; } = new(Leases, "LeaseRevoke", OperationClass.Write);

    public static Rpc TimeToLive { get; } = new(Leases, "LeaseTimeToLive", OperationClass.Repeatable);

    public static Rpc ListLeases { get; } = new(Leases, "LeaseLeases", OperationClass.Repeatable);

    /// <summary>Both.</summary>
    public string Name { get; } = $"{Service}/{Method}";

    public bool IsWrite => Class == OperationClass.Write;
}
