namespace Coordination.Server.Tests;

/// <summary>Requests as they come over the wire, against Kestrel.</summary>
public sealed class AuthorityTests
{
    private const string OfGoClients = "#initially=[http://10.0.0.1:2379;http://10.0.0.2:2379]";
    private const string WithScheme = "http://127.0.0.1:2379";

    /// <summary>Where the first entry of the dynamic table is.</summary>
    private const int NewestEntry = 62;

    private const int Authority = 1;
    private const int ProtocolError = 1;

    [Theory]
    [InlineData(OfGoClients, false)]
    [InlineData(OfGoClients, true)]
    [InlineData(WithScheme, false)]
    [InlineData(WithScheme, true)]
    [InlineData("#", false)]
    [InlineData(":2379", true)]
    [InlineData("a/b", true)]
    [InlineData("[::1", false)]
    [InlineData("unix:///run/socket", true)]
    public async Task An_authority_that_is_no_host_is_served(string authority, bool huffman)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        int streamId = 1;
        foreach (Literal kind in Enum.GetValues<Literal>())
        {
            await client.SendAsync(Frame.Headers(
                streamId, new HpackEncoder().Post("/host").Field(kind, Authority, authority, huffman).Block));
            RawResponse response = await client.ReadResponseAsync(streamId);

            Assert.True(response.IsOk, $"{kind}: {response}");
            Assert.StartsWith("invalid."[..Math.Min(8, response.Body.Length)], response.Body, StringComparison.Ordinal);
            Assert.InRange(response.Body.Length, 1, authority.Length);
            streamId += 2;
        }

        Assert.Empty(host.Logs.Warnings);
    }

    [Theory]
    [InlineData("localhost:2379")]
    [InlineData("etcd-0.etcd.svc:2379")]
    [InlineData("[::1]:2379")]
    [InlineData("10.0.0.1")]
    [InlineData("")]
    public async Task A_host_arrives_as_it_was_sent(string authority)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);

        await client.SendAsync(Frame.Headers(1, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, authority).Block));
        RawResponse response = await client.ReadResponseAsync(1);

        Assert.Equal(new RawResponse(true, authority, null, false), response);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Later_indexes_lead_to_the_replacement(bool huffman)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(Frame.Headers(
            1, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, OfGoClients, huffman).Block));
        RawResponse first = await client.ReadResponseAsync(1);
        for (int streamId = 3; streamId < 400; streamId += 2)
        {
            await client.SendAsync(Frame.Headers(streamId, new HpackEncoder().Post("/host").Index(NewestEntry).Block));

            Assert.Equal(first, await client.ReadResponseAsync(streamId));
        }
    }

    [Fact]
    public async Task A_dirty_request_may_follow_a_clean_one_on_the_same_connection()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(
            Frame.Headers(1, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, "localhost:2379").Block),
            Frame.Headers(3, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, WithScheme).Block),
            Frame.Headers(5, new HpackEncoder().Post("/host").Index(NewestEntry + 1).Block));

        Assert.Equal("localhost:2379", (await client.ReadResponsesAsync(1, 3, 5))[5].Body);
    }

    [Theory]
    [InlineData(":authority", false)]
    [InlineData(":authority", true)]
    public async Task The_name_may_be_given_literally_and_by_an_entry_of_the_dynamic_table(string name, bool huffmanName)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(
            Frame.Headers(1, new HpackEncoder().Post("/host").Field(Literal.Indexed, name, WithScheme, huffmanName).Block),
            Frame.Headers(3, new HpackEncoder().Post("/host").Field(Literal.NotIndexed, NewestEntry, OfGoClients).Block));

        Dictionary<int, RawResponse> responses = await client.ReadResponsesAsync(1, 3);
        Assert.All(responses.Values, response => Assert.True(response.IsOk, response.ToString()));
        Assert.Equal(OfGoClients.Length, responses[3].Body.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_block_may_be_continued_at_every_byte(bool huffman)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        byte[] block = new HpackEncoder().Post("/host").Field(Literal.NotIndexed, Authority, OfGoClients, huffman).Block;
        for (int split = 0; split <= block.Length; split++)
        {
            int streamId = (2 * split) + 1;
            await client.SendAsync(
                Frame.Headers(streamId, block[..split], Frame.EndStream),
                Frame.Continuation(streamId, block[split..]));

            RawResponse response = await client.ReadResponseAsync(streamId);
            Assert.True(response.IsOk, $"split at {split}: {response}");
        }
    }

    [Fact]
    public async Task A_block_may_come_one_byte_a_frame()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        byte[] block = new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, OfGoClients).Block;
        Frame[] continuations = [.. block.Select(octet => Frame.Continuation(1, [octet], flags: 0)), Frame.Continuation(1, [])];

        await client.SendAsync([Frame.Headers(1, [], Frame.EndStream), .. continuations]);

        Assert.True((await client.ReadResponseAsync(1)).IsOk);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(255, false)]
    [InlineData(null, true)]
    [InlineData(7, true)]
    public async Task Padding_and_priority_are_stepped_over(int? padding, bool priority)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        byte[] block = new HpackEncoder().Post("/host").Field(Literal.NotIndexed, Authority, OfGoClients).Block;

        await client.SendAsync(
            Frame.DecoratedHeaders(1, block, padding, priority),
            Frame.DecoratedHeaders(3, block[..20], padding, priority, Frame.EndStream),
            Frame.Continuation(3, block[20..]));

        Assert.All((await client.ReadResponsesAsync(1, 3)).Values, response => Assert.True(response.IsOk, response.ToString()));
    }

    [Fact]
    public async Task Requests_may_arrive_in_pieces_that_end_anywhere()
    {
        await using PortHost host = await PortHost.StartAsync();
        byte[] bytes =
        [
            .. Frame.Preface, .. Frame.Settings().ToBytes(),
            .. Frame.Headers(
                1, new HpackEncoder().Post("/echo").Field(Literal.Indexed, Authority, WithScheme).Block, Frame.EndHeaders).ToBytes(),
            .. Frame.Data(1, "text"u8.ToArray()).ToBytes(),
            .. Frame.Headers(3, new HpackEncoder().Post("/host").Index(NewestEntry).Block).ToBytes(),
        ];
        for (int end = 1; end < bytes.Length; end++)
        {
            await using RawHttp2Client client = await RawHttp2Client.ConnectAsync(host.EndPoint);
            await client.SendInPiecesAsync(bytes, [end]);

            Dictionary<int, RawResponse> responses = await client.ReadResponsesAsync(1, 3);
            Assert.Equal("text", responses[1].Body);
            Assert.True(responses[3].IsOk, $"cut at {end}: {responses[3]}");
        }
    }

    [Fact]
    public async Task Requests_may_arrive_byte_by_byte()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        byte[] bytes = Frame.Headers(1, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, OfGoClients).Block).ToBytes();

        await client.SendInPiecesAsync(bytes, Enumerable.Range(1, bytes.Length - 1));

        Assert.True((await client.ReadResponseAsync(1)).IsOk);
    }

    [Fact]
    public async Task Many_streams_with_data_pings_and_window_updates_in_between_are_served()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        const int Streams = 300;
        List<Frame> frames = [];
        for (int i = 0; i < Streams; i++)
        {
            int streamId = (2 * i) + 1;
            HpackEncoder request = new HpackEncoder().Post("/echo");
            request = i % 3 == 0 ? request.Field(Literal.Indexed, Authority, $"http://{i}") : request.Index(NewestEntry);
            frames.AddRange(
                Frame.Headers(streamId, request.Block, Frame.EndHeaders), Frame.Ping(), Frame.WindowUpdate(0, 10),
                Frame.Data(streamId, [(byte)'a'], flags: 0), Frame.WindowUpdate(streamId, 10), Frame.Data(streamId, [(byte)'b']));
        }

        Task sending = client.SendAsync([.. frames]);
        Dictionary<int, RawResponse> responses = await client.ReadResponsesAsync(
            [.. Enumerable.Range(0, Streams).Select(i => (2 * i) + 1)]);
        await sending;

        Assert.All(responses.Values, response => Assert.Equal("ab", response.Body));
    }

    [Fact]
    public async Task Trailers_are_walked_over_without_losing_the_table()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(
            Frame.Headers(1, new HpackEncoder().Post("/echo").Field(Literal.Indexed, Authority, WithScheme).Block, Frame.EndHeaders),
            Frame.Data(1, [(byte)'a'], flags: 0),
            Frame.Headers(1, new HpackEncoder().Field(Literal.Indexed, "grpc-trailer", "value").Block),
            Frame.Headers(3, new HpackEncoder().Post("/host").Field(Literal.NotIndexed, NewestEntry + 1, OfGoClients).Block));

        Assert.All((await client.ReadResponsesAsync(1, 3)).Values, response => Assert.True(response.IsOk, response.ToString()));
    }

    [Fact]
    public async Task A_request_is_served_when_the_client_sends_nothing_after_it()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.ConnectAsync(host.EndPoint);
        await client.SendAsync([
            .. Frame.Preface, .. Frame.Settings().ToBytes(),
            .. Frame.Headers(1, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, OfGoClients).Block).ToBytes()]);

        Assert.True((await client.ReadResponseAsync(1)).IsOk);
        client.Shutdown();

        while (await client.ReadFrameAsync() is not null)
        {
        }
    }

    [Fact]
    public async Task The_filter_keeps_exactly_what_Kestrel_serves()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        string[] shapes = ["{0}", "a{0}", "a{0}1", "[::{0}]", "[::1]{0}", "[::1]:{0}", "a:1{0}"];
        int streamId = 1;
        foreach (string shape in shapes)
        {
            for (char character = ' '; character < '\x7F'; character++)
            {
                // Kestrel judges the Host field as it does the authority, and the filter does not touch it.
                string value = shape.Replace("{0}", character.ToString(), StringComparison.Ordinal);
                await client.SendAsync(
                    Frame.Headers(streamId, new HpackEncoder().Post("/host").Field(Literal.NotIndexed, Authority, value).Block),
                    Frame.Headers(streamId + 2, new HpackEncoder().Post("/host").Field(Literal.NotIndexed, "host", value).Block));
                Dictionary<int, RawResponse> responses = await client.ReadResponsesAsync(streamId, streamId + 2);

                Assert.True(responses[streamId].IsOk, $"'{value}': {responses[streamId]}");
                Assert.Equal(responses[streamId + 2].IsOk, responses[streamId].Body == value);
                streamId += 4;
            }
        }
    }

    [Fact]
    public async Task A_value_that_Huffman_code_makes_longer_is_left_to_Kestrel()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(Frame.Headers(
            1, new HpackEncoder().Post("/host").Field(Literal.Indexed, Authority, "#[]", huffman: true).Block));

        Assert.Equal(ProtocolError, (await client.ReadResponseAsync(1)).Error);
    }
}
