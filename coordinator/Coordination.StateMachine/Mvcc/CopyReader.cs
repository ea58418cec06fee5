namespace Coordination.StateMachine;

/// <summary>Reads keys that were given away, as they were when they were last here.</summary>
internal readonly struct CopyReader(StoreView view, PendingCopy copy)
{
    public IReadOnlyList<StoredVersion>? Read(ReadOnlySpan<byte> after, int keysMax, long bytesMax)
    {
        var all = KeyRange.OfPrefix(copy.Prefix);
        var keys = new List<StoredVersion>();
        long bytes = 0;
        var cursor = view.Index.Scan(after.IsEmpty ? all : KeyRange.Between([.. after, 0], all.End));
        while (keys.Count < keysMax && bytes < bytesMax && cursor.MoveNext())
        {
            if (cursor.Current.At(copy.Revision) is not { IsTombstone: false } version)
            {
                continue;
            }

            if (view.FindValue(version) is not { } value)
            {
                return null;
            }

            keys.Add(new StoredVersion(
                version.Modified, version.Key, value, version.CreateRevision, version.Version, version.Lease));
            bytes += version.Key.Length + value.Length;
        }

        // The view may be older than the end of the copy, after which nothing is kept for it.
        return view.IsKept(copy.Revision) ? keys : null;
    }
}
