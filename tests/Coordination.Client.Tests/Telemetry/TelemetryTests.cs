using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Coordination.Client.Tests;

public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly TestMeters _meters = new();
    private readonly WatchedTime _time = new();
    private FakeServer _bad = null!;
    private FakeServer _good = null!;
    private CoordinationClient _client = null!;

    private static CancellationToken Cancelled => TestLimits.Token;

    public async ValueTask InitializeAsync()
    {
        _bad = await FakeServer.Start();
        _good = await FakeServer.Start();
        var options = FakeServer.Options(_bad.Url, _good.Url);
        (options.MeterFactory, options.TimeProvider) = (_meters, _time);
        _client = new CoordinationClient(options);
    }

    [Fact]
    public async Task An_operation_is_an_activity_that_tells_where_it_went_and_how_often()
    {
        ConcurrentQueue<Activity> ended = new();
        using var listener = Listen(ended);
        _bad.KeyValues.OnPut = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader"));

        var writing = _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        _time.Advance(await _time.NextTimer(due => due < TimeSpan.FromSeconds(2)));
        await writing;

        var activity = Assert.Single(ended, IsOf(_good));
        Assert.Equal(("etcdserverpb.KV/Put", ActivityKind.Client), (activity.OperationName, activity.Kind));
        Assert.Equal(("grpc", "Put"), (activity.GetTagItem("rpc.system"), activity.GetTagItem("rpc.method")));
        Assert.Equal("retry", Assert.Single(activity.Events).Name);
        Assert.Equal(ActivityStatusCode.Unset, activity.Status);
    }

    [Fact]
    public async Task A_failed_operation_is_told_with_its_reason()
    {
        ConcurrentQueue<Activity> ended = new();
        using var listener = Listen(ended);
        _bad.KeyValues.OnPut = (_, _) => throw new RpcException(new Status(StatusCode.InvalidArgument, "etcdserver: request is too large"));

        await Assert.ThrowsAsync<RequestRefusedException>(() => _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled));

        var activity = Assert.Single(ended, IsOf(_bad));
        Assert.Equal((ActivityStatusCode.Error, "InvalidRequest"), (activity.Status, activity.GetTagItem("error.type")));
        Assert.Equal(["operation.duration 1 error.type=InvalidRequest rpc.method=Put rpc.service=etcdserverpb.KV"], _meters.Sums());
    }

    [Fact]
    public async Task What_happens_is_counted()
    {
        _bad.KeyValues.OnPut = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader"));
        var writing = _client.KeyValues.PutAsync("k", "v", cancellationToken: Cancelled);
        _time.Advance(await _time.NextTimer(due => due < TimeSpan.FromSeconds(2)));
        await writing;
        var session = await _client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(9), Cancelled);
        await _client.Leases.OpenSessionAsync(TimeSpan.FromSeconds(9), Cancelled);
        await session.DisposeAsync();
        await using var watch = _client.Watches.WatchAsync("k", cancellationToken: Cancelled).GetAsyncEnumerator(Cancelled);
        var moving = watch.MoveNextAsync().AsTask();
        var call = await _good.Watches.NextCall();
        await call.Create(revision: 1);
        await call.Send(WatchCall.Put("k", 2));
        await moving;

        var port = new Uri(_bad.Url).Port;
        Assert.Equal(
            [
                $"endpoint.failures 1 server.address=127.0.0.1 server.port={port}",
                "operation.duration 1 rpc.method=LeaseRevoke rpc.service=etcdserverpb.Lease",
                "operation.duration 1 rpc.method=Put rpc.service=etcdserverpb.KV",
                "operation.duration 2 rpc.method=LeaseGrant rpc.service=etcdserverpb.Lease",
                "operation.retries 1 rpc.method=Put rpc.service=etcdserverpb.KV",
                "session.active 1",
                "watch.active 1",
                "watch.events 1",
            ],
            _meters.Sums());
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _good.DisposeAsync();
        await _bad.DisposeAsync();
        _meters.Dispose();
    }

    private static Predicate<Activity> IsOf(FakeServer server) =>
        activity => Equals(activity.GetTagItem("server.port"), new Uri(server.Url).Port);

    private static ActivityListener Listen(ConcurrentQueue<Activity> ended)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClientTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    /// <summary>Adds up what the meters that it makes are told; durations count as one.</summary>
    private sealed class TestMeters : IMeterFactory
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly ConcurrentBag<Meter> _made = [];
        private readonly MeterListener _listener = new();

        public TestMeters()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, this))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
            _listener.Start();
        }

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _made.Add(meter);
            return meter;
        }

        public IEnumerable<string> Sums() => _sums
            .Select(sum => sum.Key.Split(' ', 2) is [var name, var tags] ? $"{name} {sum.Value} {tags}" : $"{sum.Key} {sum.Value}")
            .Order(StringComparer.Ordinal);

        public void Dispose()
        {
            _listener.Dispose();
            foreach (var meter in _made)
            {
                meter.Dispose();
            }
        }

        private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string[] named = [.. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal)];
            _sums.AddOrUpdate(
                string.Join(' ', [instrument.Name["coordination.client.".Length..], .. named]), value, (_, sum) => sum + value);
        }
    }
}
