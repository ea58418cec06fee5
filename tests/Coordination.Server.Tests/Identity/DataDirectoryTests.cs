namespace Coordination.Server.Tests;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("data-directory-").FullName;

    private NodeOptions Options => NodeOptions.Default with { DataDirectory = Path.Combine(_folder, "data") };

    [Fact]
    public void A_new_directory_gets_the_ids_that_etcd_would_have()
    {
        using var directory = DataDirectory.Open(Options);

        // The ids of every etcd that was ever started without options.
        Assert.Equal((0xcdf818194e3a8c32, 0x8e9e05c52164694d), (directory.Identity.ClusterId, directory.Identity.MemberId));
        Assert.Equal("default", directory.Identity.Self.Name);
        Assert.Equal(["http://localhost:2380"], directory.Identity.Self.PeerUrls);
    }

    [Fact]
    public void Ids_follow_from_peer_url_and_token()
    {
        Uri[] peers = [new("http://127.0.0.1:35380")];
        NodeOptions options = Options with
        {
            InitialAdvertisePeerUrls = peers,
            InitialCluster = new Dictionary<string, IReadOnlyList<Uri>> { ["default"] = peers },
        };
        using var directory = DataDirectory.Open(options);

        Assert.Equal((0xca223654a9a27337, 0x374545c218c3619fUL), (directory.Identity.ClusterId, directory.Identity.MemberId));
    }

    [Fact]
    public void Ids_stay_whatever_the_flags_say_later()
    {
        StoredIdentity first;
        using (var directory = DataDirectory.Open(Options))
        {
            first = directory.Identity;
        }

        using var again = DataDirectory.Open(Options with
        {
            Name = "another",
            InitialClusterToken = "another",
            InitialClusterState = InitialClusterState.Existing,
        });

        Assert.Equivalent(first, again.Identity, strict: true);
    }

    [Fact]
    public void The_members_of_a_new_cluster_are_kept()
    {
        StoredIdentity first;
        using (var directory = DataDirectory.Open(Of("n2")))
        {
            first = directory.Identity;
        }

        using var again = DataDirectory.Open(Options);

        Assert.Equivalent(first, again.Identity, strict: true);
        Assert.Equal(["n1", "n2", "n3"], first.Members.Select(static member => member.Name).Order());
        Assert.Equal(first.Members.Select(static member => member.Id).Order(), first.Members.Select(static member => member.Id));
        Assert.Equal("n2", first.Self.Name);
    }

    [Fact]
    public void Another_members_directory_is_refused()
    {
        DataDirectory.Open(Of("n1")).Dispose();

        Assert.Contains("belongs to member", Refusal(Of("n2")), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_clusters_directory_is_refused()
    {
        DataDirectory.Open(Of("n1")).Dispose();

        Assert.Contains("belongs to cluster", Refusal(Of("n1") with { InitialClusterToken = "another" }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_of_a_member_on_its_own_is_refused_to_a_member_of_several()
    {
        DataDirectory.Open(Options).Dispose();

        Assert.Contains("belongs to cluster cdf818194e3a8c32", Refusal(Of("n1")), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_locked_while_it_is_open()
    {
        using (DataDirectory.Open(Options))
        {
            Assert.Contains("is in use by another node", Refusal(Options), StringComparison.Ordinal);
        }

        DataDirectory.Open(Options).Dispose();
    }

    [Fact]
    public void A_real_etcds_directory_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(Options.DataDirectory, "member", "wal"));

        Assert.Contains("belongs to a real etcd", Refusal(Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_identity_is_left_alone()
    {
        Directory.CreateDirectory(Path.Combine(Options.DataDirectory, "wal"));

        Assert.Contains("it is not known whose it is", Refusal(Options), StringComparison.Ordinal);
    }

    [Fact]
    public void What_file_systems_keep_in_a_new_directory_does_no_harm()
    {
        Directory.CreateDirectory(Path.Combine(Options.DataDirectory, "lost+found"));

        DataDirectory.Open(Options).Dispose();
    }

    [Fact]
    public void A_new_node_cannot_join_a_running_cluster_yet()
    {
        string refusal = Refusal(Options with { InitialClusterState = InitialClusterState.Existing });

        Assert.Contains("--initial-cluster-state=new", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_place_of_the_directory_is_named()
    {
        File.WriteAllText(Options.DataDirectory, "I am a file.");

        Assert.Contains(Options.DataDirectory, Refusal(Options), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private NodeOptions Of(string name) => Options with
    {
        Name = name,
        InitialCluster = Enumerable.Range(1, 3).ToDictionary(
            static i => $"n{i}",
            static i => (IReadOnlyList<Uri>)[new Uri($"http://127.0.0.1:1000{i}"), new Uri($"http://127.0.0.1:2000{i}")]),
    };

    private static string Refusal(NodeOptions options) =>
        Assert.Throws<NodeStartException>(() => DataDirectory.Open(options).Dispose()).Message;
}
