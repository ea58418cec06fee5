using System.Text;
using Coordination.Replication;
using Coordination.Silo;
using Coordination.StateMachine;
using Coordination.Transport;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Server.Tests;

public sealed class ReplicatedClusterTableTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coordination-table-");
    private readonly PeerReplicas _nobody = new(
        new PeerTransportOptions { Cluster = new ClusterId(1), Member = new MemberId(1) }, NullLoggerFactory.Instance, TimeProvider.System);

    private PartitionHost? _host;

    private PartitionHost Host => _host ?? throw new InvalidOperationException("The host is not open.");

    private ReplicatedClusterTable Table => new(Host.Default.Metadata);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await OpenAsync("alone", new PartitionReplicaOptions(), [1]);
        await _host.Default.Started.WaitAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _nobody.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_new_table_is_empty_and_has_version_0()
    {
        Assert.Equal("0: ", await ReadAsync());
    }

    [Fact]
    public async Task Rows_are_inserted_replaced_overwritten_and_deleted_under_their_conditions()
    {
        Assert.True(await WriteAsync(RowWrite.Insert("a", Bytes("1")), RowWrite.Insert("b", Bytes("1"))));
        Assert.False(await WriteAsync(RowWrite.Insert("a", Bytes("2"))));
        Assert.True(await WriteAsync(RowWrite.Replace("a", 1, Bytes("2"))));
        Assert.False(await WriteAsync(RowWrite.Replace("a", 1, Bytes("3"))));
        Assert.True(await WriteAsync(RowWrite.Overwrite("b", Bytes("3"))));
        Assert.False(await WriteAsync(RowWrite.Overwrite("c", Bytes("3"))));
        Assert.Equal("3: a=2@2 b=3@3", await ReadAsync());
        Assert.False(await WriteAsync(RowWrite.Delete("a", 1)));
        Assert.True(await WriteAsync(RowWrite.Delete("a", 2)));
        Assert.Equal("4: b=3@3", await ReadAsync());
    }

    [Fact]
    public async Task Several_rows_are_written_together_or_not_at_all()
    {
        await WriteAsync(RowWrite.Insert("a", Bytes("1")));
        Assert.False(await WriteAsync(RowWrite.Replace("a", 1, Bytes("2")), RowWrite.Replace("b", 1, Bytes("2"))));
        Assert.Equal("1: a=1@1", await ReadAsync());
    }

    [Fact]
    public async Task Rows_of_others_are_neither_seen_nor_met()
    {
        var others = await Host.Default.Metadata.TryWriteAsync([new MetadataWrite("a", MetadataCondition.None, Bytes("theirs"))]);
        Assert.Equal("1: ", await ReadAsync());
        Assert.True(await WriteAsync(RowWrite.Insert("a", Bytes("own"))));
        Assert.Equal("2: a=own@2", await ReadAsync());
        Assert.Equal(others.Version, Host.Default.Metadata.Current.Rows["a"].Version);
    }

    [Fact]
    public async Task Without_a_quorum_every_call_ends_by_itself_and_says_that_nobody_knows()
    {
        await using var minority = await OpenAsync(
            "minority", new PartitionReplicaOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) }, [1, 2]);
        var table = new ReplicatedClusterTable(minority.Default.Metadata);
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => table.ReadAllAsync(CancellationToken.None));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(
            () => table.TryWriteAsync([RowWrite.Insert("a", Bytes("1"))], CancellationToken.None));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_kept_waiting()
    {
        await using var minority = await OpenAsync("minority", new PartitionReplicaOptions(), [1, 2]);
        var table = new ReplicatedClusterTable(minority.Default.Metadata);
        using var given = new CancellationTokenSource();
        var read = table.ReadAllAsync(given.Token);
        var write = table.TryWriteAsync([RowWrite.Insert("a", Bytes("1"))], given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Table.ReadAllAsync(given.Token));
    }

    [Fact]
    public async Task A_node_that_stopped_has_no_table()
    {
        await WriteAsync(RowWrite.Insert("a", Bytes("1")));
        await Host.DisposeAsync();
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => Table.ReadAllAsync(Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => WriteAsync(RowWrite.Delete("a", 1)));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private Task<bool> WriteAsync(params RowWrite[] writes) => Table.TryWriteAsync(writes, Token);

    private async Task<string> ReadAsync()
    {
        var snapshot = await Table.ReadAllAsync(Token);
        var rows = snapshot.Rows.OrderBy(row => row.Key, StringComparer.Ordinal)
            .Select(row => $"{row.Key}={Encoding.UTF8.GetString(row.Value.Value.Span)}@{row.Value.Version}");
        return $"{snapshot.Version}: {string.Join(' ', rows)}";
    }

    /// <summary>Opens member 1 of a cluster in which nobody else can be reached.</summary>
    private Task<PartitionHost> OpenAsync(string name, PartitionReplicaOptions replica, IReadOnlyList<ulong> members) =>
        PartitionHost.OpenAsync(
            new PartitionHostOptions
            {
                DataDirectory = Path.Combine(_folder.FullName, name),
                ClusterId = 1,
                MemberId = 1,
                Members = members,
                Network = _nobody,
                SyncWrites = false,
                Replica = replica with { TickInterval = TimeSpan.FromMilliseconds(20) },
            },
            new NoBytes(), NullLoggerFactory.Instance, TimeProvider.System);

    private sealed class NoBytes : IWatchEventEncoder
    {
        public byte[] Encode(KeyEvent happened, KeyValue? previous) => [];
    }
}
