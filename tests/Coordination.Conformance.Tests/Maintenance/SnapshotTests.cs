using System.Security.Cryptography;
using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>The shape of the snapshot stream, whatever the format of what it carries.</summary>
public sealed class SnapshotTests(Servers servers) : IClassFixture<Servers>
{
    private const int ChunkSizeMax = 32 * 1024;

    [Theory, OnEveryTarget]
    public async Task Chunks_count_down_what_remains(IConformanceTarget target)
    {
        var parts = await Take(target);

        var remaining = parts.Sum(part => part.Blob.Length) - SHA256.HashSizeInBytes;
        foreach (var part in parts.SkipLast(1))
        {
            Assert.InRange(part.Blob.Length, 1, ChunkSizeMax);
            remaining -= part.Blob.Length;
            Assert.Equal((ulong)remaining, part.RemainingBytes);
        }
    }

    [Theory, OnEveryTarget]
    public async Task The_last_message_is_the_digest_of_all_before(IConformanceTarget target)
    {
        var parts = await Take(target);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts.SkipLast(1))
        {
            digest.AppendData(part.Blob.Span);
        }

        Assert.Equal(digest.GetCurrentHash(), parts[^1].Blob.ToByteArray());
        Assert.Equal(0UL, parts[^1].RemainingBytes);
    }

    [Theory, OnEveryTarget]
    public async Task Data_is_a_multiple_of_512_bytes(IConformanceTarget target)
    {
        var parts = await Take(target);

        Assert.Equal(0, parts.SkipLast(1).Sum(part => part.Blob.Length) % 512);
    }

    [Theory, OnEveryTarget]
    public async Task The_storage_version_is_told(IConformanceTarget target)
    {
        var expected = target.Capabilities.SnapshotTellsVersion ? "3.6.0" : "";

        Assert.All(await Take(target), part => Assert.Equal(expected, part.Version));
    }

    private async Task<IReadOnlyList<SnapshotResponse>> Take(IConformanceTarget target)
    {
        var session = await servers.Open(target);

        // A store may compress what it keeps: random bytes stay as many as they are.
        var value = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(3 * ChunkSizeMax));
        await session.Put(new PutRequest { Key = session.Key("k"), Value = value });
        var parts = await session.Snapshot();
        Assert.True(parts.Count > 2);
        return parts;
    }
}
