using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>
/// Linearizable reads and acknowledged writes of one partition. Every write has its place in the canonical history, so a history of
/// registers is linearizable when a read sees a prefix of it that contains every write acknowledged, and everything that another
/// read returned, before the read began: one comparison of positions a read.
/// </summary>
internal sealed class ReadChecker(CanonicalLog canonical)
{
    /// <summary>What every read that begins now must see: the highest position acknowledged or observed by anyone.</summary>
    public LogIndex Floor { get; private set; }

    /// <summary>The last write that was acknowledged.</summary>
    public LogIndex LastAcknowledged { get; private set; }

    /// <summary>That write's term.</summary>
    public Term LastAcknowledgedTerm { get; private set; }

    /// <summary>A client is told that its command took place: there, and after everything that was known when it began.</summary>
    public void OnAcknowledged(ReplicaRecord replica, PendingWrite write)
    {
        var (index, term, command, floor) = write;
        if (index > canonical.LastIndex
            || canonical[index].Entry.Term != term
            || Fingerprint.OfBytes(canonical[index].Entry.Data.Span) != command)
        {
            throw new ViolationException(
                Rules.AcknowledgedWrite, $"{replica} acknowledges a write at {index}@{term}, which is not in the committed history.");
        }

        if (index <= floor)
        {
            throw new ViolationException(
                Rules.AcknowledgedWrite, $"{replica} acknowledges a write at {index}, but {floor} was known when it began.");
        }

        if (index > LastAcknowledged)
        {
            LastAcknowledged = index;
            LastAcknowledgedTerm = term;
        }

        Floor = LogIndex.Max(Floor, index);
    }

    /// <summary>
    /// A read that began when <see cref="Floor"/> was <paramref name="floor"/> returns the state at <paramref name="applied"/>.
    /// </summary>
    public void OnRead(ReplicaRecord replica, LogIndex floor, LogIndex applied)
    {
        if (applied < floor)
        {
            throw new ViolationException(
                Rules.LinearizableRead,
                $"{replica} answers a read from position {applied}, but {floor} was acknowledged or read before the read began.");
        }

        if (applied > canonical.LastIndex)
        {
            throw new ViolationException(
                Rules.LinearizableRead, $"{replica} answers a read from position {applied}, but only {canonical.LastIndex} is committed.");
        }

        Floor = LogIndex.Max(Floor, applied);
    }

    /// <summary>At the end: a replica that caught up must hold the last acknowledged write.</summary>
    public void OnCaughtUp(ReplicaRecord replica, LogIndex applied)
    {
        if (applied < LastAcknowledged || (LastAcknowledged.IsSome && canonical[LastAcknowledged].Entry.Term != LastAcknowledgedTerm))
        {
            throw new ViolationException(
                Rules.AcknowledgedWrite,
                $"{replica} ends at {applied} without the write acknowledged at {LastAcknowledged}@{LastAcknowledgedTerm}.");
        }
    }
}
