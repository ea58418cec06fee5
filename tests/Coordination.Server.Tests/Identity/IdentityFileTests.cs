using Coordination.Storage;

namespace Coordination.Server.Tests;

public sealed class IdentityFileTests : IDisposable
{
    private static readonly StoredIdentity Sample = new(
        0xcdf818194e3a8c32, 0x8e9e05c52164694d,
        [new(17, "n2", []), new(0x8e9e05c52164694d, "node 1\n", ["http://localhost:2380", "http://[::1]:2380"])]);

    private readonly string _folder = Directory.CreateTempSubdirectory("identity-").FullName;

    private string FilePath => Path.Combine(_folder, IdentityFile.FileName);

    [Fact]
    public void What_is_written_is_read()
    {
        IdentityFile.Write(RealFileSystem.Instance, _folder, Sample);

        StoredIdentity? read = IdentityFile.Find(RealFileSystem.Instance, _folder);
        Assert.Equal((Sample.ClusterId, Sample.MemberId), (read!.ClusterId, read.MemberId));
        Assert.Equal(
            Sample.Members.Select(static member => (member.Id, member.Name, string.Join(' ', member.PeerUrls))),
            read.Members.Select(static member => (member.Id, member.Name, string.Join(' ', member.PeerUrls))));
    }

    [Fact]
    public void There_is_none_in_a_new_directory()
    {
        Assert.Null(IdentityFile.Find(RealFileSystem.Instance, _folder));
    }

    [Fact]
    public void Its_text_is_this()
    {
        IdentityFile.Write(RealFileSystem.Instance, _folder, Sample);

        Assert.Equal(
            """
            coordination data directory, format 2
            cluster-id cdf818194e3a8c32
            member-id 8e9e05c52164694d
            initial-member 0000000000000011 n2
            initial-member 8e9e05c52164694d node%201%0A http%3A%2F%2Flocalhost%3A2380 http%3A%2F%2F%5B%3A%3A1%5D%3A2380
            sha256 cd7dd130db2c91492b955a95d802cce5e27242cb3e9419cc7274ebe98bd6dc7f

            """,
            File.ReadAllText(FilePath));
    }

    [Fact]
    public void The_format_of_members_on_their_own_is_still_read()
    {
        File.WriteAllText(FilePath, """
            coordination data directory, format 1
            cluster-id cdf818194e3a8c32
            member-id 8e9e05c52164694d
            name node%201%0A
            sha256 9a70d90d69bf0c3fccdbbd2be9378972c9b82ad4a918640bd785a44ae70f2eac

            """);

        var identity = IdentityFile.Find(RealFileSystem.Instance, _folder);

        Assert.Equal((0xcdf818194e3a8c32, 0x8e9e05c52164694d), (identity!.ClusterId, identity.MemberId));
        Assert.Equal("node 1\n", identity.Self.Name);
    }

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        IdentityFile.Write(RealFileSystem.Instance, _folder, Sample);
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int bit = 0; bit < whole.Length * 8; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(FilePath, damaged);

            Assert.Throws<NodeStartException>(() => IdentityFile.Find(RealFileSystem.Instance, _folder));
        }
    }

    [Fact]
    public void Every_cut_is_found()
    {
        IdentityFile.Write(RealFileSystem.Instance, _folder, Sample);
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);

            Assert.Throws<NodeStartException>(() => IdentityFile.Find(RealFileSystem.Instance, _folder));
        }
    }

    [Fact]
    public void Another_format_is_refused_with_what_to_do()
    {
        File.WriteAllText(FilePath, "coordination data directory, format 3\nwhatever\n");

        NodeStartException refusal = Assert.Throws<NodeStartException>(() => IdentityFile.Find(RealFileSystem.Instance, _folder));

        Assert.Contains("has format 3, and this version knows formats 1 and 2 only", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
