using Coordination.Protocol.Etcd;

namespace Coordination.Benchmarks;

/// <summary>Puts keys into the store before something is measured.</summary>
internal static class StoreFill
{
    private const int BatchMax = 32;
    private const int BatchBytesMax = 12_000;
    private const int OverheadBytes = 48;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>Fills in transactions of many puts, which is fast.</summary>
    public static void FillFast(LoadRun run, LoadOptions options, int keys)
    {
        int batch = Math.Min(keys, Math.Clamp(BatchBytesMax / (options.ValueBytes + OverheadBytes), 1, BatchMax));
        var request = new TxnRequest();
        for (int i = 0; i < batch; i++)
        {
            request.Success.Add(new RequestOp { RequestPut = Requests.NewPut(options) });
        }

        Fill(run, options, keys, batch, new RequestTemplate(GrpcMethod.Txn, request, options.ValueBytes, keys));
    }

    /// <summary>Fills with single puts, as applications write.</summary>
    public static void FillByPuts(LoadRun run, LoadOptions options, int keys) =>
        Fill(run, options, keys, 1, new RequestTemplate(GrpcMethod.Put, Requests.NewPut(options), options.ValueBytes, keys));

    private static void Fill(LoadRun run, LoadOptions options, int keys, int batch, RequestTemplate template)
    {
        var plan = new FillPlan(keys, batch);
        for (int i = 0; i < options.Clients; i++)
        {
            new FillClient(run.Connections[i % run.Connections.Count], run.Recorder, template, plan, i).Start();
        }

        run.Await($"filling the store with {keys} keys", Limit, () => run.Recorder.UnderWay == 0);
    }
}
