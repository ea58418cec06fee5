namespace Coordination.Storage;

/// <summary>
/// Makes what recovery found the durable state of the disk, before anything is built on it:
/// <list type="number">
/// <item>What is left of the batch that a crash interrupted, and of those after it, is overwritten with zeros. Otherwise a later crash
/// could show such sectors beside new ones.</item>
/// <item>The batches that no later batch knows to be durable are written again as they are. They may stand only in the system's memory:
/// after a crash of the process alone, and also after a failed sync, which leaves them readable there but never again written.</item>
/// <item>Both are synced, and so are the names.</item>
/// </list>
/// A crash in between leaves sectors that are blank or as they were, which recovery judges as before. A failed sync is worse: readers go on
/// seeing the zeros, which will never be written, until the power fails and shows what they hid. So while it blanks, a mark is there;
/// whoever finds one blanks everything behind the end. The mark is not synced: a failure of the power that takes it also takes the zeros.
/// </summary>
internal static class LogRepair
{
    private const int BufferBytes = 64 * 1024;

    public static SegmentWriter OpenForWriting(IFileSystem files, string directory, WalOptions options, RecoveredLog recovered)
    {
        if (recovered.Last is not { } last)
        {
            return new SegmentWriter(files, directory, options);
        }

        string mark = $"{directory}/{SegmentName.RepairMark}";
        bool wasInterrupted = files.Exists(mark);
        long blankTo = wasInterrupted ? recovered.Segments[^1].Bytes : last.WrittenEnd;
        var file = files.OpenOrCreate($"{directory}/{SegmentName.Of(recovered.Segments[^1].Number)}");
        try
        {
            if (blankTo > last.EndOffset && !wasInterrupted)
            {
                files.OpenOrCreate(mark).Dispose();
            }

            byte[] buffer = new byte[BufferBytes];
            Rewrite(file, last.OffsetAfter(last.DurableThrough), last.EndOffset, buffer);
            Blank(file, last.EndOffset, blankTo, buffer);
            file.SyncAll();
            files.SyncDirectory(directory);
            if (files.Exists(mark))
            {
                files.Delete(mark);
            }
        }
        catch
        {
            // Not handled, only cleaned up after.
            file.Dispose();
            throw;
        }

        return new SegmentWriter(
            files, directory, options, recovered.Segments, file, new LogEnd(last.EndOffset, last.Chain, last.LastBatch));
    }

    private static void Rewrite(IFile file, long from, long to, byte[] buffer)
    {
        while (from < to)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from));
            file.Read(from, chunk);
            file.Write(from, chunk);
            from += chunk.Length;
        }
    }

    private static void Blank(IFile file, long from, long to, byte[] buffer)
    {
        buffer.AsSpan().Clear();
        while (from < to)
        {
            int count = (int)Math.Min(buffer.Length, to - from);
            file.Write(from, buffer.AsSpan(0, count));
            from += count;
        }
    }
}
