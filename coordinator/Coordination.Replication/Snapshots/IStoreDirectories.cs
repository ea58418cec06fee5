using Coordination.Storage;

namespace Coordination.Replication;

/// <summary>The directories in which stores lie, one in each: on the disk, or in a simulation. From any thread.</summary>
internal interface IStoreDirectories
{
    /// <summary>Opens the store in a directory, or creates it with the directory.</summary>
    /// <exception cref="IOException">It is damaged, or contains less of the log than <paramref name="appliedIndexMin"/>.</exception>
    IDurableStateStore Open(string directory, ulong appliedIndexMin);

    /// <summary>Whether there is such a directory.</summary>
    bool Exists(string directory);

    /// <summary>The full names of the directories in a folder; none when there is no such folder.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>A number that was not given before, for names that a later replica of the same partition must not have again.</summary>
    int NewNumber();

    /// <summary>Gives a directory another name.</summary>
    void Move(string from, string to);

    /// <summary>Makes the names in a folder durable.</summary>
    void Sync(string folder);

    /// <summary>Deletes a directory and everything in it. Stores that are open there stay readable.</summary>
    void Delete(string directory);
}
