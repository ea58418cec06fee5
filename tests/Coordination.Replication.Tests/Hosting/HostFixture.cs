using System.Text;
using Coordination.StateMachine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Replication.Tests;

/// <summary>A host on a folder of its own, on the real disk, that can be stopped and opened again.</summary>
internal sealed class HostFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coordination-replication-");
    private PartitionHost? _host;

    public string Folder => _folder.FullName;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public PartitionReplicaOptions Options { get; init; } = new();

    public PartitionHost Host => _host ?? throw new InvalidOperationException("The host is not open.");

    public PartitionReplica Replica => Host.Default;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static PutCommand Put(string key, string value, long lease = 0) => new(new PutOperation(Bytes(key), Bytes(value), lease));

    public static RangeOperation Get(string key) => new(KeyRange.OfKey(Bytes(key)));

    /// <summary>Opens the host, and waits until its replicas serve.</summary>
    public Task OpenAsync() => OpenAsync(waits: true);

    public async Task OpenAsync(bool waits)
    {
        var options = new PartitionHostOptions
        {
            DataDirectory = Folder,
            ClusterId = 1,
            MemberId = 2,
            Replica = Options,
        };
        _host = await PartitionHost.OpenAsync(options, new NoBytes(), NullLoggerFactory.Instance, Time);
        foreach (var replica in waits ? _host.Partitions : [])
        {
            await replica.Started;
        }
    }

    public async Task CloseAsync()
    {
        await Host.DisposeAsync();
        _host = null;
    }

    /// <summary>Proposes, and expects that it is applied without a refusal.</summary>
    public async Task<ApplyResult> ApplyAsync(Command command)
    {
        var outcome = await Replica.ProposeAsync(command);
        Assert.Equal(ProposalEnd.Applied, outcome.End);
        Assert.Equal(ApplyError.None, outcome.Result.Error);
        return outcome.Result;
    }

    /// <summary>The value of a key in a linearizable view, or null.</summary>
    public async Task<string?> ReadAsync(string key)
    {
        var read = await Replica.ReadAsync();
        Assert.True(read.IsConfirmed);
        Assert.Equal(ApplyError.None, read.View.Read(Get(key), out var result));
        return result.Items.Count == 0 ? null : Encoding.UTF8.GetString(result.Items[0].Value.Span);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private sealed class NoBytes : IWatchEventEncoder
    {
        public byte[] Encode(KeyEvent happened, KeyValue? previous) => [];
    }
}
