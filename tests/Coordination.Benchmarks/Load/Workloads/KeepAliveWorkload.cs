using Coordination.Protocol.Etcd;
using Google.Protobuf;

namespace Coordination.Benchmarks;

/// <summary>Each client has one lease and renews it.</summary>
internal sealed class KeepAliveWorkload : IWorkload
{
    private const int LeaseSeconds = 3_600;
    private static readonly TimeSpan GrantLimit = TimeSpan.FromSeconds(30);

    public string Name => "keepalive";

    public string Description => "renewing leases, each client its own on a stream of its own";

    public bool NeedsLaunch => false;

    public bool IsLong => false;

    public Dictionary<Measure, double> Run(IServerTarget target, LoadOptions options, CancellationToken cancellation)
    {
        using IServerSession session = target.Open(cancellation);
        using var run = new LoadRun(session, options.Connections, cancellation);
        long[] leases = GrantLeases(run, options.Clients);
        for (int i = 0; i < leases.Length; i++)
        {
            new KeepAliveClient(run.Connections[i % run.Connections.Count], run.Recorder, leases[i]).Start();
        }

        return run.Measure(options);
    }

    private static long[] GrantLeases(LoadRun run, int count)
    {
        byte[] request = new LeaseGrantRequest { TTL = LeaseSeconds }.ToByteArray();
        SingleCall[] grants = [.. Enumerable.Range(0, count).Select(_ => new SingleCall())];
        for (int i = 0; i < count; i++)
        {
            run.Connections[i % run.Connections.Count].StartUnary(grants[i], GrpcMethod.LeaseGrant, request);
        }

        run.Await("granting leases", GrantLimit, () => Array.TrueForAll(grants, grant => grant.Outcome is not null));
        return Array.Find(grants, grant => grant.Outcome is { IsOk: false }) is { } failed
            ? throw new LoadException($"granting a lease failed: {failed.Outcome}")
            : [.. grants.Select(grant => LeaseGrantResponse.Parser.ParseFrom(grant.Response).ID)];
    }
}
