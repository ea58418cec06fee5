using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Coordination.StateMachine;

/// <summary>
/// A CRC-32C over the history that may be read at a revision: equal on all replicas with equal history, however far each has come with
/// removing what was compacted. So it covers a change only if it is later than the compact revision, or what its key was at that revision.
/// Members compare the values: what goes into them, and in which order, does not change between releases.
/// </summary>
internal struct HistoryHash
{
    private uint _state;

    private HistoryHash(uint state) => _state = state;

    /// <summary>The hash of <paramref name="view"/> at <paramref name="revision"/>, which may be read.</summary>
    public static uint Compute(StoreView view, IStateStore store, long revision)
    {
        var hash = new HistoryHash(uint.MaxValue);
        foreach (var change in store.Scan(default, revision))
        {
            if (change.Revision.Main > view.CompactRevision || WasCurrent(view, change))
            {
                hash.Add(change);
            }
        }

        return ~hash._state;
    }

    /// <summary>Whether the change is what its key was at the compact revision.</summary>
    private static bool WasCurrent(StoreView view, StoredVersion change) =>
        change.Version != 0 && view.Index.Find(change.Key.Span)?.At(view.CompactRevision)?.Modified == change.Revision;

    private void Add(in StoredVersion change)
    {
        Add((ulong)change.Revision.Main);
        Add((ulong)change.Revision.Sub);
        Add((ulong)change.CreateRevision);
        Add((ulong)change.Version);
        Add((ulong)change.Lease);
        Add(change.Key.Span);
        Add(change.Value.Span);
    }

    /// <summary>The length comes first, so that no two lists of byte strings look the same.</summary>
    private void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            Add(BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (byte value in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..])
        {
            _state = BitOperations.Crc32C(_state, value);
        }
    }

    private void Add(ulong number) => _state = BitOperations.Crc32C(_state, number);
}
