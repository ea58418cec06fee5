using System.Runtime.InteropServices;
using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Log matching (Raft paper, section 5.3): whoever has an entry of some index and term has the same entry there, and the same log
/// before it.
/// </summary>
internal sealed class LogMatchingChecker
{
    private readonly Dictionary<(ulong Index, ulong Term), ulong> _chains = [];

    /// <summary>Checks an entry that <paramref name="replica"/> takes over after <paramref name="previous"/>.</summary>
    /// <returns>The fingerprint of the log that ends with it.</returns>
    public ulong Register(ReplicaRecord replica, ulong previous, Entry entry)
    {
        ulong chain = Fingerprint.Extend(previous, entry);
        ref ulong known = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _chains, (entry.Index.Value, entry.Term.Value), out bool exists);
        if (!exists)
        {
            known = chain;
        }
        else if (known != chain)
        {
            throw new ViolationException(
                Rules.LogMatching,
                $"{replica} has an entry {entry} whose content or prefix differs from another replica's {entry.Index}@{entry.Term}.");
        }

        return chain;
    }
}
