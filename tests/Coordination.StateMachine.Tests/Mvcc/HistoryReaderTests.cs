using System.Text;
using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

public sealed class HistoryReaderTests
{
    private readonly PartitionState _state = new(new OneBufferStore(), cachedValueBytesMax: 4);
    private ulong _index;

    [Fact]
    public void Events_come_in_order_with_the_key_before_them()
    {
        Put("a", "1");
        Put("b", "2");
        Put("a", "3");
        Delete("a");
        Put("a", "4");

        Assert.Equal(["2 a=1", "3 b=2", "4 a=3 was 1", "5 a gone was 3", "6 a=4"], Read(0, out long last));
        Assert.Equal(6, last);
    }

    [Fact]
    public void Only_keys_that_are_wanted_are_returned()
    {
        Put("a", "1");
        Put("b", "2");
        Put("a", "3");

        Assert.Equal(["3 b=2"], Read(2, out long last, key: "b"));
        Assert.Equal(4, last);
    }

    [Fact]
    public void A_slice_ends_between_revisions()
    {
        Put("a", "1");
        Apply(new TxnCommand(new TxnOperation([], [PutOf("a", "2"), PutOf("b", "2"), PutOf("c", "2")], [])));
        Put("a", "3");

        Assert.Equal(["2 a=1"], Read(2, out long first, changesMax: 1));
        Assert.Equal(2, first);
        Assert.Equal(["3 a=2 was 1", "3 b=2", "3 c=2"], Read(3, out long second, changesMax: 2));
        Assert.Equal(3, second);
        Assert.Equal(["4 a=3 was 2"], Read(4, out long third, changesMax: 2));
        Assert.Equal(4, third);
    }

    [Fact]
    public void A_slice_ends_when_it_has_enough_bytes()
    {
        for (int i = 0; i < 10; i++)
        {
            Put("a", new string('x', 100));
        }

        Assert.Equal(2, Read(2, out long last, bytesMax: 250).Count);
        Assert.Equal(3, last);
    }

    [Fact]
    public void A_deletion_at_the_compacted_revision_is_still_there()
    {
        Put("a", "1");
        Delete("a");
        Put("b", "2");
        Compact(3);

        Assert.Equal(["3 a gone", "4 b=2"], Read(3, out _));
        Assert.Equal(ApplyError.Compacted, _state.View.ReadHistory(2, 100, 1000, static _ => true, out _));
    }

    [Fact]
    public void A_view_from_before_a_compaction_notices_that_records_are_gone()
    {
        Put("a", "1");
        Put("a", "2");
        Put("a", "3");
        var old = _state.View;
        Compact(4);

        Assert.Equal(ApplyError.Compacted, old.ReadHistory(2, 100, 1000, static _ => true, out _));
        Assert.Equal(ApplyError.None, old.ReadHistory(4, 100, 1000, static _ => true, out var slice));
        Assert.Equal(1, slice.Events.Length);
    }

    [Fact]
    public void The_memory_of_an_event_is_its_own()
    {
        Put("a", "long enough not to stay in memory");
        Put("b", "another");

        Assert.Equal(["2 a=long enough not to stay in memory", "3 b=another"], Read(2, out _));
    }

    private static PutOperation PutOf(string key, string value) => new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));

    private void Put(string key, string value) => Apply(new PutCommand(PutOf(key, value)));

    private void Delete(string key) => Apply(new DeleteRangeCommand(new DeleteRangeOperation(KeyRange.OfKey(Encoding.UTF8.GetBytes(key)))));

    private void Compact(long revision)
    {
        Apply(new CompactCommand(revision));
        _state.Compact(int.MaxValue);
        _state.Commit();
    }

    private void Apply(Command command)
    {
        Assert.Equal(ApplyError.None, _state.Apply(++_index, 1, command).Error);
        _state.Commit();
    }

    private List<string> Read(long from, out long last, int changesMax = 100, long bytesMax = 100_000, string? key = null)
    {
        byte[]? wanted = key is null ? null : Encoding.UTF8.GetBytes(key);
        Assert.Equal(
            ApplyError.None,
            _state.View.ReadHistory(
                from, changesMax, bytesMax, found => wanted is null || found.SequenceEqual(wanted), out var slice));
        last = slice.LastRevision;
        var lines = new List<string>();
        foreach (var happened in slice.Events.Span)
        {
            var current = happened.Current;
            string what = happened.IsDelete ? " gone" : $"={Encoding.UTF8.GetString(current.Value.Span)}";
            string was = _state.View.FindBefore(happened) is { } before ? $" was {Encoding.UTF8.GetString(before.Value.Span)}" : "";
            lines.Add($"{current.ModRevision} {Encoding.UTF8.GetString(current.Key)}{what}{was}");
        }

        return lines;
    }

    /// <summary>Lends the memory of a record only until the next one, as the interface allows.</summary>
    private sealed class OneBufferStore : IStateStore
    {
        private readonly MemoryStore _store = new();

        public StoreMetadata LoadMetadata() => _store.LoadMetadata();

        public IEnumerable<StoredLease> LoadLeases() => _store.LoadLeases();

        public MetadataSnapshot LoadClusterMetadata() => _store.LoadClusterMetadata();

        public IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> LoadPartitionRows() => _store.LoadPartitionRows();

        public IEnumerable<StoredVersion> Scan(Revision from, long toMain)
        {
            var buffer = new byte[1000];
            foreach (var version in _store.Scan(from, toMain))
            {
                version.Key.CopyTo(buffer);
                version.Value.CopyTo(buffer.AsMemory(version.Key.Length));
                yield return version with
                {
                    Key = buffer.AsMemory(0, version.Key.Length),
                    Value = buffer.AsMemory(version.Key.Length, version.Value.Length),
                };
                buffer.AsSpan().Fill((byte)'!');
            }
        }

        public byte[]? FindValue(Revision revision) => _store.FindValue(revision);

        public void Commit(StateChanges changes, StoreMetadata metadata) => _store.Commit(changes, metadata);
    }
}
