using Coordination.StateMachine;

namespace Coordination.Storage;

/// <summary>
/// A state store and what its owner does with it besides: commits survive a crash as of the last <see cref="Flush"/> at least. One thread
/// commits; everything else may be called from any thread, meanwhile too. Errors of the disk are <see cref="IOException"/>.
/// </summary>
public interface IDurableStateStore : IStateStore, IDisposable
{
    /// <summary>Completes with the first failure to read or to write the store: the owner then stops using it.</summary>
    Task<Exception> Failed { get; }

    /// <summary>About how many bytes the store takes, on disk and in memory, with what is deleted but not removed yet.</summary>
    long SizeBytes { get; }

    /// <summary>About how many of <see cref="SizeBytes"/> hold something that can be read.</summary>
    long SizeInUseBytes { get; }

    /// <summary>Makes every commit made before this call durable.</summary>
    /// <returns>The last log entry that the durable state contains.</returns>
    ulong Flush();

    /// <summary>Makes a store in a new directory that holds every commit made before this call.</summary>
    /// <param name="directory">A directory that does not exist, in one that does.</param>
    void Checkpoint(string directory);

    /// <summary>Rewrites the store without what is deleted.</summary>
    void Defragment();
}
