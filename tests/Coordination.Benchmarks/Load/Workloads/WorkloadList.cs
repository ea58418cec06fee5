namespace Coordination.Benchmarks;

/// <summary>All workloads, in the order in which they run.</summary>
internal static class WorkloadList
{
    public static IReadOnlyList<IWorkload> All { get; } =
    [
        new UnaryWorkload("put", "puts of random keys", options => [Requests.Put(options)]),
        new UnaryWorkload("get", "linearizable reads of single keys", options => [Requests.Get(options, isSerializable: false)])
        {
            KeysBefore = options => options.KeySpace,
        },
        new UnaryWorkload("get-serializable", "the same reads, serializable", options => [Requests.Get(options, isSerializable: true)])
        {
            KeysBefore = options => options.KeySpace,
        },
        new UnaryWorkload(
            "txn", "transactions of a compare, two puts and two reads of different keys", options => [Requests.Transaction(options)])
        {
            KeysBefore = options => options.KeySpace,
        },
        new KeepAliveWorkload(),
        new UnaryWorkload("mixed", "70 % linearizable reads, 25 % puts, 5 % transactions", CreateMix)
        {
            KeysBefore = options => options.KeySpace,
        },
        new UnaryWorkload("put-one-client", "puts by one client on one connection", options => [Requests.Put(options)])
        {
            ClientsMax = 1,
        },
        new UnaryWorkload(
            "get-one-client",
            "linearizable reads by one client on one connection",
            options => [Requests.Get(options, isSerializable: false)])
        {
            ClientsMax = 1,
            KeysBefore = options => options.KeySpace,
        },
        new WatchWorkload("watch-one-key", watchers: 1_000, keys: 1),
        new WatchWorkload("watch-many-keys", watchers: 10_000, keys: 1_000),
        new UnaryWorkload("list", "lists of 500 keys with the count of all, by ten clients", options => [Requests.List(options)])
        {
            KeysBefore = options => options.ListKeys,

            // A list can take tens of milliseconds of processor time; more clients would only wait in line, past the end of the run.
            ClientsMax = 10,
        },
        new StartWorkload(),
        new MemoryWorkload(),
    ];

    public static IEnumerable<string> Names => All.Select(workload => workload.Name);

    private static IReadOnlyList<RequestTemplate> CreateMix(LoadOptions options) =>
    [
        Weigh(Requests.Get(options, isSerializable: false), 70),
        Weigh(Requests.Put(options), 25),
        Weigh(Requests.Transaction(options), 5),
    ];

    private static RequestTemplate Weigh(RequestTemplate template, int weight) => template with { Weight = weight };
}
