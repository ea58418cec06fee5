namespace Coordination.StateMachine;

/// <summary>Answers a range request on a <see cref="StoreView"/>.</summary>
internal readonly struct RangeReader(StoreView view)
{
    private static readonly RangeResult Nothing = new([], 0, false);

    public ApplyError Read(RangeOperation operation, out RangeResult result)
    {
        result = Nothing;
        if (!view.Ownership.IsWhole && !view.Ownership.Owns(operation.Range))
        {
            return ApplyError.WrongPartition;
        }

        long revision = view.Resolve(operation.Revision);
        if (revision > view.Revision)
        {
            return ApplyError.FutureRevision;
        }

        if (revision < view.CompactRevision)
        {
            return ApplyError.Compacted;
        }

        if (operation.CountOnly)
        {
            long total = Count(operation.Range, revision);
            if (!view.IsIntact(revision))
            {
                return ApplyError.Compacted;
            }

            result = new RangeResult([], total, false);
            return ApplyError.None;
        }

        bool isPlain = IsPlain(operation);
        long wanted = operation.Limit > 0 && isPlain ? operation.Limit : long.MaxValue;
        var versions = Collect(operation, revision, wanted, out bool sawAll);
        long count = sawAll && isPlain ? versions.Count : Count(operation.Range, revision);
        if (!view.IsIntact(revision))
        {
            return ApplyError.Compacted;
        }

        if (!isPlain)
        {
            Filter(versions, operation);
        }

        return Finish(operation, versions, count, sawAll, out result);
    }

    /// <summary>Whether keys come as they lie in the index, so that a limit can end the search.</summary>
    private static bool IsPlain(RangeOperation operation) =>
        operation is { MinModRevision: 0, MaxModRevision: 0, MinCreateRevision: 0, MaxCreateRevision: 0, Target: SortTarget.Key }
        && operation.Order != SortOrder.Descend;

    private static void Filter(List<KeyVersion> versions, RangeOperation operation) =>
        versions.RemoveAll(version =>
            (operation.MinModRevision != 0 && version.Modified.Main < operation.MinModRevision)
            || (operation.MaxModRevision != 0 && version.Modified.Main > operation.MaxModRevision)
            || (operation.MinCreateRevision != 0 && version.CreateRevision < operation.MinCreateRevision)
            || (operation.MaxCreateRevision != 0 && version.CreateRevision > operation.MaxCreateRevision));

    private ApplyError Finish(
        RangeOperation operation, List<KeyVersion> versions, long count, bool sawAll, out RangeResult result)
    {
        result = Nothing;
        bool needsValues = !operation.KeysOnly || operation.Target == SortTarget.Value;
        if (!Sorter.NeedsValues(operation))
        {
            Sorter.Sort(versions, operation);
        }

        bool more = !sawAll;
        if (operation.Limit > 0 && versions.Count > operation.Limit && !Sorter.NeedsValues(operation))
        {
            versions.RemoveRange((int)operation.Limit, versions.Count - (int)operation.Limit);
            more = true;
        }

        var items = new List<KeyValue>(versions.Count);
        foreach (var version in versions)
        {
            var value = needsValues ? view.FindValue(version) : default(ReadOnlyMemory<byte>);
            if (value is null)
            {
                return ApplyError.Compacted;
            }

            items.Add(new KeyValue(
                version.Key, value.Value, version.CreateRevision, version.Modified.Main, version.Version, version.Lease));
        }

        if (Sorter.NeedsValues(operation))
        {
            more = SortByValue(operation, items);
        }

        result = new RangeResult(items, count, more);
        return ApplyError.None;
    }

    private static bool SortByValue(RangeOperation operation, List<KeyValue> items)
    {
        Sorter.SortByValue(items, operation.Order);
        bool more = operation.Limit > 0 && items.Count > operation.Limit;
        if (more)
        {
            items.RemoveRange((int)operation.Limit, items.Count - (int)operation.Limit);
        }

        if (operation.KeysOnly)
        {
            for (int i = 0; i < items.Count; i++)
            {
                items[i] = items[i] with { Value = default };
            }
        }

        return more;
    }

    private List<KeyVersion> Collect(RangeOperation operation, long revision, long wanted, out bool sawAll)
    {
        var versions = new List<KeyVersion>();
        sawAll = true;
        if (operation.Range.IsSingleKey)
        {
            if (Existing(view.Index.Find(operation.Range.Start), revision) is { } only)
            {
                versions.Add(only);
            }

            return versions;
        }

        var cursor = view.Index.Scan(operation.Range);
        while (cursor.MoveNext())
        {
            if (Existing(cursor.Current, revision) is not { } version)
            {
                continue;
            }

            if (versions.Count >= wanted)
            {
                sawAll = false;
                break;
            }

            versions.Add(version);
        }

        return versions;
    }

    private long Count(KeyRange range, long revision)
    {
        if (revision == view.Revision)
        {
            return view.Index.CountLive(range);
        }

        long count = 0;
        var cursor = view.Index.Scan(range);
        while (cursor.MoveNext())
        {
            count += Existing(cursor.Current, revision) is null ? 0 : 1;
        }

        return count;
    }

    private static KeyVersion? Existing(KeyVersion? newest, long revision) =>
        newest?.At(revision) is { IsTombstone: false } version ? version : null;
}
