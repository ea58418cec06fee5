using Google.Protobuf;

namespace Coordination.Faults.Tests;

/// <summary>
/// Three members in processes of their own, with a relay before each one's peer port. Whoever breaks it calls it from one thread at a time.
/// Disposal ends everything, and removes the data unless it is to be looked at.
/// </summary>
public sealed class TestCluster : IAsyncDisposable
{
    public const int Size = 3;

    /// <summary>How long anything may take that has to happen when nothing is broken any more.</summary>
    public static readonly TimeSpan RecoveryMax = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan StatusMax = TimeSpan.FromMilliseconds(500);

    private readonly PeerRelay[] _relays;

    private TestCluster(ClusterSettings settings, DirectoryInfo folder, IReadOnlyList<WallClock> clocks)
    {
        Settings = settings;
        Folder = folder;
        Links = new LinkTable(Size);
        Members = [.. clocks.Select((clock, number) => new TestMember(number, FolderOf(number), clock, FlagsOf))];
        Partitions = new ClusterPartitions(Members);
        _relays = [.. Members.Select(member => PeerRelay.Open(
            member.Number, member.AdvertisedPeerPort, member.PeerPort, Links, port => FindDialer(port, member.AdvertisedPeerPort)))];
    }

    public ClusterSettings Settings { get; }

    public IReadOnlyList<TestMember> Members { get; }

    public LinkTable Links { get; }

    public ClusterPartitions Partitions { get; }

    /// <summary>Keeps the data and the history for whoever looks into what went wrong.</summary>
    public bool KeepsData { get; set; }

    /// <summary>Where data and history are.</summary>
    public DirectoryInfo Folder { get; }

    /// <summary>Starts a cluster, and waits until every member serves.</summary>
    public static async Task<TestCluster> Start(ClusterSettings? settings = null)
    {
        var folder = Directory.CreateTempSubdirectory("faults-");
        List<WallClock> clocks = [];
        foreach (var number in Enumerable.Range(1, Size))
        {
            FileInfo offset = new(Path.Combine(folder.FullName, FormattableString.Invariant($"clock-{number}")));
            clocks.Add(await WallClock.Open(offset, TestContext.Current.CancellationToken));
        }

        var cluster = new TestCluster(settings ?? new ClusterSettings(), folder, clocks);
        try
        {
            cluster.Restore();
            await cluster.AwaitServing(cluster.Members);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The member that leads, once one does that is known to be in office in the latest term of those that answer.</summary>
    public async Task<TestMember> FindLeader() => (await FindLeaderStatus()).Leader;

    /// <summary>The same, with what it says of itself.</summary>
    public async Task<(TestMember Leader, Etcd.StatusResponse Status)> FindLeaderStatus()
    {
        using var limit = new CancellationTokenSource(RecoveryMax);
        using var timer = new PeriodicTimer(AskAgainAfter);
        do
        {
            var answers = await Task.WhenAll(Members.Select(FindStatus));
            var latest = answers.OfType<Etcd.StatusResponse>().MaxBy(status => status.RaftTerm);
            var leader = Array.FindIndex(answers, status => status is not null && status.Leader == status.Header.MemberId
                && status.RaftTerm == latest?.RaftTerm);
            if (leader >= 0)
            {
                return (Members[leader], answers[leader]!);
            }
        }
        while (await timer.WaitForNextTickAsync(limit.Token));

        throw new TimeoutException("No leader.");
    }

    /// <summary>What a member says of itself; null when it does not answer.</summary>
    public static async Task<Etcd.StatusResponse?> FindStatus(TestMember member)
    {
        try
        {
            return await member.Calls.Status(StatusMax);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    /// <summary>Waits until each of the members answers linearizable reads of all kinds of keys.</summary>
    /// <exception cref="TimeoutException">One does not; with what the members wrote.</exception>
    public async Task AwaitServing(IEnumerable<TestMember> members)
    {
        using var limit = new CancellationTokenSource(RecoveryMax);
        foreach (var (member, space) in members.SelectMany(_ => KeySpace.All, (member, space) => (member, space)))
        {
            Etcd.RangeRequest read = new() { Key = ByteString.CopyFromUtf8(space.Key("!ready?")) };
            await Repeat(member, "serve", async () => await member.Calls.Range(read, limit.Token), limit.Token);
        }
    }

    /// <summary>Waits until every member has reached the revision, and asserts that their hashes of everything up to it agree.</summary>
    public async Task AssertAgreement(long revision)
    {
        using var limit = new CancellationTokenSource(RecoveryMax);
        List<Etcd.HashKVResponse> hashes = [];
        foreach (var member in Members)
        {
            await Repeat(member, $"reach revision {revision}", async () => hashes.Add(await member.Calls.HashKV(revision)), limit.Token);
        }

        var kinds = hashes.Select(hash => (hash.Hash, hash.CompactRevision)).Distinct().Count();
        Assert.True(kinds == 1, $"The members do not agree on revision {revision}: {string.Join("; ", hashes)}");
    }

    /// <summary>Ends all connections between two members.</summary>
    public void ResetConnections(int one, int other)
    {
        _relays[one].Reset(other);
        _relays[other].Reset(one);
    }

    /// <summary>Ends every fault: all links are open, all members run, all clocks are right.</summary>
    public void Restore()
    {
        Links.Heal();
        foreach (var member in Members)
        {
            member.Restore();
        }
    }

    /// <summary>What the members wrote last.</summary>
    public string DescribeOutput() => string.Join('\n', Members.Select(member => $"--- {member.Name}:\n{member.Output}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }

        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }

        WallClock.RemoveLeftovers();
        if (!KeepsData)
        {
            Folder.Delete(recursive: true);
        }
    }

    private DirectoryInfo FolderOf(int number) =>
        Settings.Folders.TryGetValue(number, out var folder) ? folder : Folder.CreateSubdirectory($"m{number + 1}");

    private IEnumerable<string> FlagsOf(TestMember self) =>
    [
        $"--initial-advertise-peer-urls={UrlOf(self)}",
        $"--initial-cluster={string.Join(',', Members.Select(member => $"{member.Name}={UrlOf(member)}"))}",
        .. Settings.Flags,
    ];

    private static string UrlOf(TestMember member) => FormattableString.Invariant($"http://127.0.0.1:{member.AdvertisedPeerPort}");

    private int? FindDialer(int port, int dialed)
    {
        int?[] processes = [.. Members.Select(member => member.ProcessId)];
        var dialer = ConnectionOwner.Find(port, dialed, processes.OfType<int>());
        return dialer is null ? null : Array.IndexOf(processes, dialer);
    }

    private async Task Repeat(TestMember member, string what, Func<Task> ask, CancellationToken limit)
    {
        using var timer = new PeriodicTimer(AskAgainAfter);
        var last = "nothing was answered";
        while (!limit.IsCancellationRequested)
        {
            try
            {
                await ask();
                return;
            }
            catch (RpcException error)
            {
                last = error.Status.ToString();
            }

            if (!member.IsRunning)
            {
                break;
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        throw new TimeoutException($"{member.Name} does not {what}: {last}\n{DescribeOutput()}");
    }
}
