using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// Compares byte strings as etcd orders keys. The hash differs between processes, unlike their own, so that nobody can choose keys that
/// collide.
/// </summary>
internal sealed class ByteStringComparer : IEqualityComparer<ByteString>, IComparer<ByteString>
{
    public static readonly ByteStringComparer Instance = new();

    public int Compare(ByteString? x, ByteString? y) =>
        (x ?? ByteString.Empty).Span.SequenceCompareTo((y ?? ByteString.Empty).Span);

    public bool Equals(ByteString? x, ByteString? y) => Compare(x, y) == 0;

    public int GetHashCode(ByteString obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj.Span);
        return hash.ToHashCode();
    }
}
