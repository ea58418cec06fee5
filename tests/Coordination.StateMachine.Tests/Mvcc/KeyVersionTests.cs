namespace Coordination.StateMachine.Tests;

public sealed class KeyVersionTests
{
    [Fact]
    public void Version_at_any_revision_is_the_newest_that_is_not_newer()
    {
        var random = new Random(7);
        var versions = new List<KeyVersion>();
        long revision = 1;
        for (int i = 0; i < 3_000; i++)
        {
            revision += random.Next(1, 4);
            versions.Add(new KeyVersion([1], new Revision(revision, 0), 2, i + 1, 0, versions.LastOrDefault()));
        }

        for (long at = 0; at <= revision + 1; at++)
        {
            Assert.Same(versions.LastOrDefault(version => version.Modified.Main <= at), versions[^1].At(at));
        }
    }

    [Fact]
    public void Cut_history_is_released_although_newer_versions_jumped_over_the_cut()
    {
        var (newest, kept, released) = ChainCutInTheMiddle();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        int alive = released.Count(reference => reference.IsAlive);
        Assert.True(alive <= 16, $"{alive} of {released.Count} removed versions are still alive.");
        Assert.Same(kept, newest.At(500));
        GC.KeepAlive(newest);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (KeyVersion Newest, KeyVersion Kept, List<WeakReference> Released) ChainCutInTheMiddle()
    {
        var released = new List<WeakReference>();
        KeyVersion? newest = null;
        KeyVersion? kept = null;
        for (int revision = 1; revision <= 1_000; revision++)
        {
            newest = new KeyVersion([1], new Revision(revision, 0), 1, revision, 0, newest);
            if (revision < 500)
            {
                released.Add(new WeakReference(newest));
            }
            else if (revision == 500)
            {
                kept = newest;
            }
        }

        kept!.CutHistory();
        return (newest!, kept, released);
    }
}
