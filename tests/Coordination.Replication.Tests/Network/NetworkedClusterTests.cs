using Coordination.StateMachine;

namespace Coordination.Replication.Tests;

/// <summary>Three members over real connections.</summary>
public sealed class NetworkedClusterTests : IAsyncLifetime
{
    private static readonly PartitionReplicaOptions Options = new() { FlushEntries = 100, CatchUpEntries = 50, CachedValueBytes = 1_000 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("coordination-members-");
    private readonly SortedDictionary<ulong, NetworkedMember> _members = [];
    private readonly SortedDictionary<ulong, Uri> _urls = [];

    public async ValueTask InitializeAsync()
    {
        for (ulong id = 1; id <= 3; id++)
        {
            _members[id] = await NetworkedMember.ListenAsync(id, FolderOf(id), port: 0);
            _urls[id] = _members[id].Url;
        }

        await Task.WhenAll(_members.Values.Select(member => member.OpenAsync(_urls, Options)));
        await Task.WhenAll(_members.Values.Select(member => member.Replica.Started)).WaitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
        {
            await member.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Writes_through_all_members_at_once_are_applied_once_each_and_read_everywhere()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 900).Select(
            i => _members[(ulong)(1 + (i % 3))].PutAsync($"key-{i}", $"{i}")));
        Assert.All(outcomes, outcome => Assert.Equal(ProposalEnd.Applied, outcome.End));
        Assert.Equal(Enumerable.Range(2, 900).Select(i => (long)i), outcomes.Select(outcome => outcome.Result.Revision).Order());
        foreach (var member in _members.Values)
        {
            Assert.Equal("899", await member.ReadAsync("key-899"));
        }
    }

    [Fact]
    public async Task A_member_that_was_away_for_long_goes_on_from_a_snapshot()
    {
        ulong away = _members.Values.First(member => !member.Replica.IsLeader).Id;
        await _members[away].DisposeAsync();
        var other = _members.Values.First(member => member.Id != away);
        for (int i = 0; i < 600; i++)
        {
            Assert.Equal(ProposalEnd.Applied, (await other.PutAsync($"key-{i % 100}", $"{i}")).End);
        }

        _members[away] = await NetworkedMember.ListenAsync(away, FolderOf(away), _urls[away].Port);
        await _members[away].OpenAsync(_urls, Options);
        for (int i = 600; i < 700; i++)
        {
            Assert.Equal(ProposalEnd.Applied, (await other.PutAsync($"key-{i % 100}", $"{i}")).End);
        }

        Assert.Equal("699", await _members[away].ReadAsync("key-99"));
        Assert.Equal(ProposalEnd.Applied, (await _members[away].PutAsync("after", "1")).End);
        Assert.Contains(Directory.GetDirectories(Path.Combine(FolderOf(away), "state")), IsInstalled);
        var hashes = new List<uint>();
        foreach (var member in _members.Values)
        {
            var read = await member.Replica.ReadAsync();
            Assert.Equal(ApplyError.None, read.View!.Hash(0, out uint hash));
            hashes.Add(hash);
        }

        Assert.Single(hashes.Distinct());
    }

    private static bool IsInstalled(string path) => Path.GetFileName(path).StartsWith("0.", StringComparison.Ordinal);

    private string FolderOf(ulong id) => Path.Combine(_folder.FullName, $"{id}");
}
