using System.Text;
using Coordination.StateMachine.Model;

namespace Coordination.StateMachine.Tests;

/// <summary>A partition with keys that are text: each command goes through its bytes and is committed.</summary>
internal sealed class PartitionFixture(PartitionPhase begunAs = PartitionPhase.Serving)
{
    private readonly MemoryStore _store = new();
    private PartitionState? _state;

    public PartitionState State => _state ??= new PartitionState(_store, 0, begunAs);

    public StoreView View => State.View;

    /// <summary>How many changes the store holds.</summary>
    public int StoredChanges => _store.Changes.Count();

    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    public static KeyRange Prefix(string prefix) => KeyRange.OfPrefix(Bytes(prefix));

    public ApplyResult Apply(Command command)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        CommandCodec.Encode(command, buffer);
        var result = State.Apply(State.AppliedIndex + 1, 1, CommandCodec.Decode(buffer.WrittenMemory));
        State.Commit();
        return result;
    }

    public ApplyError Put(string key, string value = "v", long lease = 0) =>
        Apply(new PutCommand(new PutOperation(Bytes(key), Bytes(value), lease))).Error;

    public DelegateResult Delegate(string prefix, uint target) =>
        Assert.IsType<DelegateResult>(Apply(new DelegatePrefixCommand(Bytes(prefix), target, State.Ownership.Adoptions)).Result);

    /// <summary>The keys of a range as text, or why they are not shown.</summary>
    public string Read(KeyRange range, long revision = 0)
    {
        var error = View.Read(new RangeOperation(range) { Revision = revision }, out var result);
        return error == ApplyError.None ? string.Join(' ', result.Items.Select(Describe)) : $"{error}";
    }

    /// <summary>What a watch on everything is told from a revision on.</summary>
    public string Watch(long from)
    {
        var error = View.ReadHistory(from, int.MaxValue, long.MaxValue, static _ => true, out var slice);
        return error == ApplyError.None ? string.Join(' ', slice.Events.ToArray().Select(item => Describe(item.Current))) : $"{error}";
    }

    /// <summary>Takes over what another partition has given away, some keys at a time.</summary>
    public void Receive(PartitionFixture from, string prefix, int keysMax = 2)
    {
        while (from.View.ReadDelegated(Bytes(prefix), View.Received.LastKey, keysMax, long.MaxValue) is { Count: > 0 } keys)
        {
            Assert.Equal(ApplyError.None, Apply(new ReceiveCommand(View.Received.Chunks, keys)).Error);
        }
    }

    public void CompactAll(long revision)
    {
        Assert.Equal(ApplyError.None, Apply(new CompactCommand(revision)).Error);
        Remove();
    }

    /// <summary>Carries out the compaction as far as it may go.</summary>
    public void Remove()
    {
        while (State.HasCompactionWork)
        {
            State.Compact(1);
            State.Commit();
        }
    }

    public void Reopen() => _state = new PartitionState(_store, 0, begunAs);

    private static string Describe(KeyValue item) =>
        $"{Encoding.ASCII.GetString(item.Key)}={Encoding.ASCII.GetString(item.Value.Span)}@{item.ModRevision}.{item.Version}";
}
