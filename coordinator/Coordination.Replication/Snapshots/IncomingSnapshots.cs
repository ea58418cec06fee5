using Coordination.Raft;
using Coordination.Storage;
using Coordination.Transport;

namespace Coordination.Replication;

/// <summary>
/// Snapshots on their way in: the bytes go to a file, which a transfer that broke leaves for the next one of the same bytes. One for each
/// partition: a transfer of other bytes takes its place.
/// </summary>
internal sealed class IncomingSnapshots
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PartitionId, Partial> _partials = [];

    /// <summary>Takes the bytes of a snapshot, from where an earlier transfer of them ended. Null when the partition is not here.</summary>
    public IIncomingSnapshot? Open(PartitionHost host, SnapshotOffer offer)
    {
        lock (_gate)
        {
            // Nothing is left of a transfer to a replica that was dropped since.
            if (_partials.Remove(offer.Partition, out var partial) && Directory.Exists(partial.Directory))
            {
                if (partial.Identity.AsSpan().SequenceEqual(offer.Identity.Span))
                {
                    return new Incoming(this, host, offer, partial.Directory);
                }

                Directory.Delete(partial.Directory, recursive: true);
            }
        }

        if (host.NewSnapshotDirectory(offer.Partition) is not { } directory)
        {
            return null;
        }

        Directory.CreateDirectory(directory);
        return new Incoming(this, host, offer, directory);
    }

    private void Keep(SnapshotOffer offer, string directory)
    {
        lock (_gate)
        {
            if (!_partials.TryAdd(offer.Partition, new Partial(offer.Identity.ToArray(), directory)))
            {
                // Another transfer has begun meanwhile.
                Discard(directory);
            }
        }
    }

    /// <summary>Deletes a directory, unless it went with a replica that was dropped.</summary>
    private static void Discard(string directory)
    {
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private sealed record Partial(byte[] Identity, string Directory);

    private sealed class Incoming : IIncomingSnapshot
    {
        private readonly IncomingSnapshots _owner;
        private readonly PartitionHost _host;
        private readonly SnapshotOffer _offer;
        private readonly string _directory;
        private readonly string _path;
        private readonly FileStream _file;
        private bool _isComplete;

        public Incoming(IncomingSnapshots owner, PartitionHost host, SnapshotOffer offer, string directory)
        {
            _owner = owner;
            _host = host;
            _offer = offer;
            _directory = directory;
            _path = Path.Combine(directory, "snapshot");
            _file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            ResumeAt = Math.Min(_file.Length, offer.TotalBytes);
            _file.Position = ResumeAt;
        }

        public long ResumeAt { get; }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellation) => _file.WriteAsync(chunk, cancellation);

        public async ValueTask CompleteAsync(CancellationToken cancellation)
        {
            await _file.DisposeAsync().ConfigureAwait(false);
            _isComplete = true;
            if (_host.NewSnapshotDirectory(_offer.Partition) is not { } target)
            {
                return;
            }

            await Task.Run(() => Unpack(target), cancellation).ConfigureAwait(false);
            _host.Installing(_offer.Partition, _offer.Announcement, target);
        }

        /// <summary>What is not the snapshot that was announced never gets to the replica, which could not go on with it.</summary>
        private void Unpack(string target)
        {
            BackupRestore.Restore(_path, target);
            try
            {
                _host.CheckSnapshot(_offer.Partition, target, _offer.Announcement.Snapshot.Index);
            }
            catch
            {
                // Not handled, only cleaned up after: the transfer fails, and the leader makes another copy.
                Directory.Delete(target, recursive: true);
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _file.DisposeAsync().ConfigureAwait(false);
            if (_isComplete)
            {
                Discard(_directory);
            }
            else
            {
                _owner.Keep(_offer, _directory);
            }
        }
    }
}
