namespace Coordination.Server.Tests;

/// <summary>What is no HTTP/2 ends as it does without the filter: by Kestrel's error, at once.</summary>
public sealed class BadFrameTests
{
    private const int NeverOpened = 4711;

    private const int Authority = 1;

    private static readonly byte[] Request =
        new HpackEncoder().Post("/host").Field(Literal.NotIndexed, Authority, "http://127.0.0.1:2379").Block;

    private static readonly byte[] CleanRequest = new HpackEncoder().Post("/host").Field(Literal.NotIndexed, Authority, "localhost").Block;

    public static TheoryData<string> Sequences =>
    [
        "data between a header block and its continuation",
        "a continuation of another stream",
        "a continuation of nothing",
        "headers of no stream",
        "a headers frame over the size limit",
        "a continuation over the size limit",
        "a data frame over the size limit",
        "padding longer than the frame",
        "priority without room for it",
        "a string longer than the block",
        "an endless integer",
        "an index beyond the table",
        "a Huffman code that ends badly",
        "endless continuations",
        "a settings frame of odd length",
    ];

    [Theory]
    [MemberData(nameof(Sequences))]
    public async Task A_connection_with_a_bad_frame_ends_as_it_does_without_the_filter(string name)
    {
        RawResponse filtered = await SendBadFramesAsync(name, new PortHost.Setup());
        RawResponse unfiltered = await SendBadFramesAsync(name, new PortHost.Setup { IsFiltered = false });

        Assert.True(filtered.EndsConnection, filtered.ToString());
        Assert.NotNull(filtered.Error);
        Assert.Equal(unfiltered, filtered);
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")]
    [InlineData("PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n")]
    public async Task A_bad_preface_ends_the_connection(string preface)
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.ConnectAsync(host.EndPoint);

        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(preface));

        Assert.True((await client.ReadResponseAsync(1)).EndsConnection);
    }

    [Fact]
    public async Task A_connection_that_ends_inside_a_header_block_is_closed()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);

        await client.SendAsync(Frame.Headers(1, Request[..10], Frame.EndStream));
        client.Shutdown();

        Assert.True((await client.ReadResponseAsync(1)).EndsConnection);
    }

    [Fact]
    public async Task Stopping_the_host_ends_a_connection_that_holds_back_half_a_header_block()
    {
        await using PortHost host = await PortHost.StartAsync();
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(Frame.Headers(1, Request));
        Assert.True((await client.ReadResponseAsync(1)).IsOk);
        await client.SendAsync(Frame.Headers(3, Request[..10], Frame.EndStream));

        await host.StopAsync();

        RawResponse response = await client.ReadResponseAsync(3);
        Assert.True(response.EndsConnection, response.ToString());
    }

    private static async Task<RawResponse> SendBadFramesAsync(string name, PortHost.Setup setup)
    {
        await using PortHost host = await PortHost.StartAsync(setup);
        await using RawHttp2Client client = await RawHttp2Client.OpenAsync(host.EndPoint);
        await client.SendAsync(Frame.Headers(1, CleanRequest));
        Assert.True((await client.ReadResponseAsync(1)).IsOk);

        // A request may be answered before what follows it is seen: a stream that nobody opened ends with the connection only.
        await client.SendAsync(Build(name));
        return await client.ReadResponseAsync(NeverOpened);
    }

    private static Frame[] Build(string name)
    {
        byte flags = Frame.EndHeaders | Frame.EndStream;
        return name switch
        {
            "data between a header block and its continuation" => [Frame.Headers(3, Request, Frame.EndStream), Frame.Data(3, [1])],
            "a continuation of another stream" => [Frame.Headers(3, Request, Frame.EndStream), Frame.Continuation(5, [])],
            "a continuation of nothing" => [Frame.Continuation(3, Request)],
            "headers of no stream" => [Frame.Headers(0, Request)],
            "a headers frame over the size limit" => [Frame.Headers(3, new byte[20_000])],
            "a continuation over the size limit" =>
                [Frame.Headers(3, Request, Frame.EndStream), Frame.Continuation(3, new byte[20_000])],

            // With a clean authority: the headers are complete here, and without the filter a bad one is an error of its own.
            "a data frame over the size limit" =>
                [Frame.Headers(3, CleanRequest, Frame.EndHeaders), Frame.Data(3, new byte[20_000])],
            "padding longer than the frame" => [new Frame(Frame.HeadersType, (byte)(flags | Frame.Padded), 3, [200, .. Request])],
            "priority without room for it" => [new Frame(Frame.HeadersType, (byte)(flags | Frame.Priority), 3, [0, 0])],
            "a string longer than the block" => [Frame.Headers(3, [.. Request, 0x41, 0x20, (byte)'a'])],
            "an endless integer" => [Frame.Headers(3, [.. Request, 0x41, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])],
            "an index beyond the table" => [Frame.Headers(3, [.. Request, 0xFE])],
            "a Huffman code that ends badly" => [Frame.Headers(3, [.. Request, 0x41, 0x82, 0xFF, 0xFF])],
            "endless continuations" =>
                [Frame.Headers(3, Request, Frame.EndStream), .. Enumerable.Repeat(Frame.Continuation(3, Filler, flags: 0), 40)],
            "a settings frame of odd length" => [new Frame(Frame.SettingsType, 0, 0, [1])],
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
    }

    /// <summary>A literal field of two thousand octets.</summary>
    private static byte[] Filler => new HpackEncoder().Field(Literal.NotIndexed, "x", new string('y', 2000)).Block;
}
