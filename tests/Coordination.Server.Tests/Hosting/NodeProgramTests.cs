using System.Net.Sockets;
using Coordination.Protocol.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Coordination.Server.Tests;

/// <summary>The program as its users start and stop it.</summary>
public sealed class NodeProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("node-program-").FullName;

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task It_tells_its_version()
    {
        await using NodeProgram program = NodeProgram.Start("--version");

        Assert.Equal(0, await program.ExitAsync());
        Assert.StartsWith("coordinator ", program.Output, StringComparison.Ordinal);
        Assert.Empty(program.Errors);
    }

    [Fact]
    public async Task It_helps()
    {
        await using NodeProgram program = NodeProgram.Start("--help");

        Assert.Equal(0, await program.ExitAsync());
        Assert.Contains("--listen-client-urls", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_refuses_a_setting_that_it_does_not_know()
    {
        await using NodeProgram program = NodeProgram.Start("--no-such-flag=1");

        Assert.Equal(2, await program.ExitAsync());
        Assert.Contains("--no-such-flag", program.Errors, StringComparison.Ordinal);
        Assert.Empty(program.Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_serves_when_it_says_so_and_ends_well_when_asked(bool isInterrupt)
    {
        await using NodeProgram program = NodeProgram.StartNode(Data);
        await program.Ready;
        using GrpcChannel channel = GrpcChannel.ForAddress(program.ClientUrl());
        var request = new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") };
        await new KV.KVClient(channel).PutAsync(request, cancellationToken: TestContext.Current.CancellationToken);

        (isInterrupt ? (Action)program.Interrupt : program.Terminate)();

        Assert.Equal(0, await program.ExitAsync());
    }

    [Fact]
    public async Task An_open_stream_ends_with_the_server_and_does_not_hold_it_up()
    {
        await using NodeProgram program = NodeProgram.StartNode(Data);
        await program.Ready;
        using GrpcChannel channel = GrpcChannel.ForAddress(program.ClientUrl());
        using var watch = new Watch.WatchClient(channel).Watch(cancellationToken: TestContext.Current.CancellationToken);
        var create = new WatchCreateRequest { Key = ByteString.CopyFromUtf8("k") };
        await watch.RequestStream.WriteAsync(new WatchRequest { CreateRequest = create }, TestContext.Current.CancellationToken);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));

        program.Terminate();

        RpcException ended = await Assert.ThrowsAsync<RpcException>(
            () => watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal((StatusCode.Unavailable, "etcdserver: server stopped"), (ended.StatusCode, ended.Status.Detail));
        Assert.Equal(0, await program.ExitAsync());
    }

    [Fact]
    public async Task What_was_written_is_there_after_a_restart_and_so_are_the_ids()
    {
        ResponseHeader written;
        await using (NodeProgram first = NodeProgram.StartNode(Data))
        {
            await first.Ready;
            using GrpcChannel channel = GrpcChannel.ForAddress(first.ClientUrl());
            var request = new PutRequest { Key = ByteString.CopyFromUtf8("k"), Value = ByteString.CopyFromUtf8("v") };
            written = (await new KV.KVClient(channel).PutAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Header;
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
        }

        // Another token would give other ids to a new directory.
        await using NodeProgram second = NodeProgram.StartNode(Data, "--initial-cluster-token=another");
        await second.Ready;
        using GrpcChannel again = GrpcChannel.ForAddress(second.ClientUrl());
        RangeResponse read = await new KV.KVClient(again).RangeAsync(
            new RangeRequest { Key = ByteString.CopyFromUtf8("k") }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("v", Assert.Single(read.Kvs).Value.ToStringUtf8());
        Assert.Equal((written.ClusterId, written.MemberId), (read.Header.ClusterId, read.Header.MemberId));
    }

    [Fact]
    public async Task A_second_node_on_the_same_directory_is_refused()
    {
        await using NodeProgram first = NodeProgram.StartNode(Data);
        await first.Ready;
        await using NodeProgram second = NodeProgram.StartNode(Data);

        await AssertRefusedAsync(second, $"The data directory {Data} is in use by another node.");
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_refused()
    {
        // Not even root can create something here.
        await using NodeProgram program = NodeProgram.StartNode("/sys/coordinator");

        await AssertRefusedAsync(program, "The data directory /sys/coordinator cannot be used: ");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        string url = $"http://{taken.LocalEndpoint}";
        await using NodeProgram program = NodeProgram.Start(
            $"--data-dir={Data}", $"--listen-client-urls={url}", $"--advertise-client-urls={url}");

        await AssertRefusedAsync(program, "address already in use");
    }

    [Fact]
    public async Task A_damaged_file_is_named()
    {
        await using (NodeProgram first = NodeProgram.StartNode(Data))
        {
            await first.Ready;
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
        }

        string segment = Directory.EnumerateFiles(Path.Combine(Data, "wal"), "*.wal").Order(StringComparer.Ordinal).First();
        using (FileStream file = File.OpenWrite(segment))
        {
            file.Position = 100;
            file.WriteByte(0xFF);
        }

        await using NodeProgram second = NodeProgram.StartNode(Data);

        await AssertRefusedAsync(second, Path.GetFileName(segment));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>One sentence for people, and no stack trace.</summary>
    private static async Task AssertRefusedAsync(NodeProgram program, string sentence)
    {
        Assert.Equal(1, await program.ExitAsync());
        string last = program.Errors.TrimEnd('\n').Split('\n')[^1];
        Assert.Contains(sentence, last, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", program.Errors, StringComparison.Ordinal);
    }
}
