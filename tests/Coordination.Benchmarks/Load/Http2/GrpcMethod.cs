using System.Text;

namespace Coordination.Benchmarks;

/// <summary>An rpc that the load generator calls. The ordinal finds what a connection keeps for each of them.</summary>
internal sealed class GrpcMethod
{
    private GrpcMethod(int ordinal, string path)
    {
        Ordinal = ordinal;
        Path = Encoding.ASCII.GetBytes(path);
    }

    public static GrpcMethod Range { get; } = new(0, "/etcdserverpb.KV/Range");

    public static GrpcMethod Put { get; } = new(1, "/etcdserverpb.KV/Put");

    public static GrpcMethod Txn { get; } = new(2, "/etcdserverpb.KV/Txn");

    public static GrpcMethod Watch { get; } = new(3, "/etcdserverpb.Watch/Watch");

    public static GrpcMethod LeaseGrant { get; } = new(4, "/etcdserverpb.Lease/LeaseGrant");

    public static GrpcMethod LeaseKeepAlive { get; } = new(5, "/etcdserverpb.Lease/LeaseKeepAlive");

    public static int Count => 6;

    public int Ordinal { get; }

    public byte[] Path { get; }
}
