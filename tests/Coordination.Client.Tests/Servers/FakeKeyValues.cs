namespace Coordination.Client.Tests;

/// <summary>The key-value service of a <see cref="FakeServer"/>.</summary>
public sealed class FakeKeyValues(FakeUsers users) : Etcd.KV.KVBase
{
    private int _ranges;
    private int _puts;

    public Func<Etcd.RangeRequest, ServerCallContext, Task<Etcd.RangeResponse>> OnRange { get; set; } =
        (_, _) => Task.FromResult(new Etcd.RangeResponse { Header = new Etcd.ResponseHeader { Revision = 1 } });

    public Func<Etcd.PutRequest, ServerCallContext, Task<Etcd.PutResponse>> OnPut { get; set; } =
        (_, _) => Task.FromResult(new Etcd.PutResponse { Header = new Etcd.ResponseHeader { Revision = 2 } });

    /// <summary>How many ranges were asked for.</summary>
    public int Ranges => _ranges;

    /// <summary>How many puts arrived.</summary>
    public int Puts => _puts;

    public override Task<Etcd.RangeResponse> Range(Etcd.RangeRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _ranges);
        users.Check(context);
        return OnRange(request, context);
    }

    public override Task<Etcd.PutResponse> Put(Etcd.PutRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _puts);
        users.Check(context);
        return OnPut(request, context);
    }
}
