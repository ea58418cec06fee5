using Coordination.Raft;
using Coordination.StateMachine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coordination.Replication.Tests;

/// <summary>Hosts of one cluster in one process, whose messages go from queue to queue and can be cut off.</summary>
internal sealed class ClusterFixture : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coordination-cluster-");
    private readonly Dictionary<ulong, PartitionHost> _hosts = [];
    private readonly HashSet<(ulong From, ulong To)> _cut = [];
    private readonly Lock _gate = new();
    private int _snapshots;

    public static IReadOnlyList<ulong> Members { get; } = [1, 2, 3];

    public PartitionReplica this[ulong member] => Host(member).Default;

    /// <summary>How many snapshots have come whole.</summary>
    public int Snapshots => Volatile.Read(ref _snapshots);

    public PartitionReplicaOptions Options { get; init; } = new();

    /// <summary>What a leader's answers to forwarded commands wait for, if anything.</summary>
    public Task? ForwardsHeld { get; set; }

    public static Task<ClusterFixture> StartAsync() => StartAsync(new PartitionReplicaOptions());

    public static async Task<ClusterFixture> StartAsync(PartitionReplicaOptions options)
    {
        var cluster = new ClusterFixture { Options = options };
        foreach (ulong member in Members)
        {
            await cluster.OpenAsync(member);
        }

        await Task.WhenAll(Members.Select(member => cluster[member].Started)).WaitAsync(TestContext.Current.CancellationToken);
        return cluster;
    }

    /// <summary>The host of a member that runs.</summary>
    public PartitionHost Host(ulong member)
    {
        lock (_gate)
        {
            return _hosts[member];
        }
    }

    /// <summary>Opens a member; one beyond <see cref="Members"/> has nothing to do with partition 0.</summary>
    public async Task OpenAsync(ulong member)
    {
        var options = new PartitionHostOptions
        {
            DataDirectory = Path.Combine(_folder.FullName, $"{member}"),
            ClusterId = 9,
            MemberId = member,
            Members = Members,
            Network = new Wires(this, member),
            SyncWrites = false,
            Replica = Options with { TickInterval = TimeSpan.FromMilliseconds(20) },
        };
        var host = await PartitionHost.OpenAsync(options, new NoBytes(), NullLoggerFactory.Instance, TimeProvider.System);
        lock (_gate)
        {
            _hosts[member] = host;
        }
    }

    public async Task CloseAsync(ulong member)
    {
        PartitionHost? host;
        lock (_gate)
        {
            _hosts.Remove(member, out host);
        }

        await host!.DisposeAsync();
    }

    /// <summary>Cuts a member off from all others, or joins it again.</summary>
    public void Isolate(ulong member, bool isCut)
    {
        lock (_gate)
        {
            foreach (ulong other in _hosts.Keys.Union(Members).Where(other => other != member))
            {
                if (isCut)
                {
                    _cut.Add((member, other));
                    _cut.Add((other, member));
                }
                else
                {
                    _cut.Remove((member, other));
                    _cut.Remove((other, member));
                }
            }
        }
    }

    /// <summary>The member that leads, as soon as those named agree on one of them.</summary>
    public async Task<ulong> LeaderAsync(params ulong[] among)
    {
        var members = among.Length > 0 ? among : [.. Members];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            var leaders = members.Select(member => this[member].GetStatus().Leader).Distinct().ToList();
            if (leaders is [var leader] && members.Contains(leader) && this[leader].IsLeader)
            {
                return leader;
            }
        }

        throw new OperationCanceledException();
    }

    public async Task<ProposalOutcome> PutAsync(ulong through, string key, string value) =>
        await this[through].ProposeAsync(HostFixture.Put(key, value)).WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>
    /// Writes until the log of a member has given up everything that another, which is not reached, has: only a snapshot helps that one
    /// then.
    /// </summary>
    public async Task OutrunAsync(ulong through, ulong applied)
    {
        for (int i = 0; i < 300 || await this[through].FindLogBaseAsync() <= applied; i++)
        {
            Assert.Equal(ProposalEnd.Applied, (await PutAsync(through, $"key-{i % 50}", $"{i}")).End);
        }
    }

    public async Task<string?> ReadAsync(ulong through, string key)
    {
        var read = await this[through].ReadAsync();
        Assert.True(read.IsConfirmed, $"{read.End}");
        Assert.Equal(ApplyError.None, read.View.Read(HostFixture.Get(key), out var result));
        return result.Items.Count == 0 ? null : System.Text.Encoding.UTF8.GetString(result.Items[0].Value.Span);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await host.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private PartitionHost? Reach(ulong from, ulong to)
    {
        lock (_gate)
        {
            return _cut.Contains((from, to)) ? null : _hosts.GetValueOrDefault(to);
        }
    }

    private sealed class Wires(ClusterFixture cluster, ulong from) : IReplicaNetwork
    {
        public void Send(PartitionId partition, Message message) => cluster.Reach(from, message.To.Value)?.Receive(partition, message);

        public Task<bool> SendSnapshotAsync(PartitionId partition, InstallSnapshot message, string directory) => Task.Run(() =>
        {
            if (cluster.Reach(from, message.To.Value) is not { } host || host.NewSnapshotDirectory(partition) is not { } target)
            {
                return false;
            }

            Directory.CreateDirectory(target);
            foreach (string file in Directory.GetFiles(directory))
            {
                File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
            }

            Interlocked.Increment(ref cluster._snapshots);
            host.Installing(partition, message, target);
            return true;
        });

        public async Task<ForwardPosition> ForwardAsync(
            ReplicaId leader, PartitionId partition, IReadOnlyList<ReadOnlyMemory<byte>> commands)
        {
            if (cluster.Reach(from, leader.Value) is not { } host)
            {
                return default;
            }

            var answer = await host.AcceptAsync(partition, commands);
            await (cluster.ForwardsHeld ?? Task.CompletedTask);
            return cluster.Reach(leader.Value, from) is null ? new ForwardPosition(ForwardEnd.Unknown, 0, 0) : answer;
        }

        public async Task<LeaseAnswer> AskAsync(ReplicaId leader, PartitionId partition, LeaseQuestion question)
        {
            var unknown = new LeaseAnswer(ReadEnd.TimedOut, 0, 0);
            if (cluster.Reach(from, leader.Value) is not { } host)
            {
                return unknown;
            }

            var answer = await host.AnswerAsync(partition, question);
            return cluster.Reach(leader.Value, from) is null ? unknown : answer;
        }
    }

    private sealed class NoBytes : IWatchEventEncoder
    {
        public byte[] Encode(KeyEvent happened, KeyValue? previous) => [];
    }
}
