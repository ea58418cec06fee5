using Coordination.Storage;

namespace Coordination.Server.Tests;

public sealed class IdentityFileTests : IDisposable
{
    private static readonly StoredIdentity Sample = new(0xcdf818194e3a8c32, 0x8e9e05c52164694d, "node 1\n");

    private readonly string _folder = Directory.CreateTempSubdirectory("identity-").FullName;

    private string FilePath => Path.Combine(_folder, IdentityFile.FileName);

    [Fact]
    public void What_is_written_is_read()
    {
        IdentityFile.Write(RealFileSystem.Instance, _folder, Sample);

        Assert.Equal(Sample, IdentityFile.Find(RealFileSystem.Instance, _folder));
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
            coordination data directory, format 1
            cluster-id cdf818194e3a8c32
            member-id 8e9e05c52164694d
            name node%201%0A
            sha256 9a70d90d69bf0c3fccdbbd2be9378972c9b82ad4a918640bd785a44ae70f2eac

            """,
            File.ReadAllText(FilePath));
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
        File.WriteAllText(FilePath, "coordination data directory, format 2\nwhatever\n");

        NodeStartException refusal = Assert.Throws<NodeStartException>(() => IdentityFile.Find(RealFileSystem.Instance, _folder));

        Assert.Contains("has format 2, and this version knows format 1 only", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
