using System.Security.Cryptography;
using Coordination.Protocol.Etcd;
using Coordination.Storage;
using Google.Protobuf;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>
/// The snapshots of etcd's Maintenance service: a consistent copy of the store, streamed in the form of <see cref="BackupSource"/> and
/// followed by its digest. The copy is made of links, lies beside the data, and goes with the call; what a killed process left behind goes
/// when the next one starts.
/// </summary>
internal sealed class BackupService
{
    /// <summary>etcd's figure.</summary>
    private const int ChunkBytes = 32 * 1024;

    private readonly EtcdPartition _partition;
    private readonly string _directory;
    private int _begun;

    /// <summary>Removes what is left of backups that nobody takes any more.</summary>
    public BackupService(EtcdPartition partition, EtcdServiceOptions options)
    {
        _partition = partition;
        _directory = Path.Combine(Path.GetFullPath(options.DataDirectory), "backups");
        Remove(_directory);
    }

    public async Task SnapshotAsync(IAsyncStreamWriter<SnapshotResponse> responses, CancellationToken cancellationToken)
    {
        long revision = _partition.Replica.View.Revision;
        string name = Interlocked.Increment(ref _begun).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string copy = Path.Combine(_directory, name);
        Directory.CreateDirectory(_directory);
        try
        {
            await _partition.Replica.CheckpointAsync(copy).ConfigureAwait(false);
            await SendAsync(copy, revision, responses, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Remove(copy);
        }
    }

    private async Task SendAsync(
        string copy, long revision, IAsyncStreamWriter<SnapshotResponse> responses, CancellationToken cancellationToken)
    {
        var identity = _partition.Identity;
        using var source = BackupSource.Open(copy, new BackupOrigin(identity.ClusterId, identity.MemberId, revision));
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long remaining = source.Length; remaining > 0;)
        {
            // Each message keeps its bytes until it is sent, so each gets its own.
            byte[] chunk = new byte[Math.Min(ChunkBytes, remaining)];
            int count = source.Read(chunk);
            digest.AppendData(chunk, 0, count);
            remaining -= count;
            await responses.WriteAsync(Part(chunk.AsMemory(0, count), remaining, revision), cancellationToken).ConfigureAwait(false);
        }

        await responses.WriteAsync(Part(digest.GetHashAndReset(), 0, revision), cancellationToken).ConfigureAwait(false);
    }

    private SnapshotResponse Part(ReadOnlyMemory<byte> bytes, long remaining, long revision) => new()
    {
        Header = _partition.Header(revision),
        Blob = UnsafeByteOperations.UnsafeWrap(bytes),
        RemainingBytes = (ulong)remaining,
        Version = EtcdVersion.Storage,
    };

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
