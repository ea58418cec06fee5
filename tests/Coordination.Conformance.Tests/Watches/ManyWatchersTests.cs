using Grpc.Net.Client;

namespace Coordination.Conformance.Tests;

public sealed class ManyWatchersTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryTarget]
    public async Task Every_watcher_of_a_stream_is_told(IConformanceTarget target)
    {
        const int Watchers = 1000;
        var session = await servers.Open(target);
        using var stream = session.Watch();
        for (var watcher = 0; watcher < Watchers; watcher++)
        {
            await stream.Watch(session.Key("k"));
        }

        await session.PutAll("k");
        var told = new HashSet<long>();
        while (told.Count < Watchers)
        {
            var response = await stream.Next();
            Assert.Single(response.Events);
            Assert.True(told.Add(response.WatchId));
        }
    }

    [Theory, OnEveryTarget]
    public async Task Each_watcher_is_told_of_its_own_key(IConformanceTarget target)
    {
        const int Watchers = 200;
        var session = await servers.Open(target);
        using var stream = session.Watch();
        var names = new Dictionary<long, string>();
        for (var watcher = 0; watcher < Watchers; watcher++)
        {
            var name = $"{watcher:000}";
            names.Add((await stream.Watch(session.Key(name))).WatchId, name);
        }

        await session.PutAll([.. names.Values]);

        for (var watcher = 0; watcher < Watchers; watcher++)
        {
            var response = await stream.Next();
            Assert.Equal(names[response.WatchId], session.NameOf(Assert.Single(response.Events).Kv.Key));
        }
    }

    [Theory, OnEveryTarget]
    public async Task Overlapping_ranges_are_each_told(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        using var stream = session.Watch();
        await stream.Watch(session.Key("b"));
        await stream.Watch(new WatchCreateRequest { Key = session.Key("a"), RangeEnd = session.Key("c") });
        await stream.Watch(new WatchCreateRequest { Key = session.Key("b"), RangeEnd = session.Key("z") });
        await stream.Watch(new WatchCreateRequest { Key = session.Key("c"), RangeEnd = session.Key("z") });
        await session.PutAll("b");

        long[] told = [(await stream.Next()).WatchId, (await stream.Next()).WatchId, (await stream.Next()).WatchId];
        await stream.Cancel(3);

        Assert.Equal([0, 1, 2], told.Order());
        Assert.True((await stream.Next()).Canceled);
    }

    [Theory, OnEveryTarget]
    public async Task One_connection_carries_far_more_than_a_hundred_streams(IConformanceTarget target)
    {
        const int Streams = 300;
        var session = await servers.Open(target);
        using var channel = SingleConnection(session);
        var connection = new Connection(channel);
        var streams = new List<WatchStream>();
        try
        {
            for (var stream = 0; stream < Streams; stream++)
            {
                streams.Add(connection.Watch());
                await streams[^1].Watch(session.Key("k"));
            }

            await session.PutAll("k");
            foreach (var stream in streams)
            {
                Assert.Single((await stream.Next()).Events);
            }
        }
        finally
        {
            streams.ForEach(stream => stream.Dispose());
        }
    }

    [Theory, OnEveryTarget]
    public async Task A_burst_of_cancelled_calls_leaves_the_connection_usable(IConformanceTarget target)
    {
        const int Calls = 1000;
        var session = await servers.Open(target);
        using var channel = SingleConnection(session);
        var connection = new Connection(channel);
        using var kept = connection.Watch();
        await kept.Watch(session.Key("k"));
        for (var call = 0; call < Calls; call++)
        {
            using var cancelled = connection.Watch();
            await cancelled.Create(new WatchCreateRequest { Key = session.Key("k") });
        }

        await session.PutAll("k");

        Assert.Single((await kept.Next()).Events);
    }

    private static GrpcChannel SingleConnection(Session session) => GrpcChannel.ForAddress(
        session.Ports.ClientUrl,
        new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = false },
            DisposeHttpClient = true,
        });
}
