using System.Diagnostics.CodeAnalysis;

namespace Coordination.Raft;

/// <summary>
/// Gathers what a replica wants done until its owner takes it, and holds back every message that makes a promise about the disk until the
/// disk has kept it. Which write a message waits for is decided here, once, and not by the owner.
/// </summary>
internal sealed class Outbox(RaftLog log, HardState issued)
{
    private readonly Queue<HeldMessage> _held = new();
    private readonly Queue<Message> _own = new();
    private HardState _issued = issued;
    private Ready _gathering = new();
    private Ready _taken = new();
    private bool _commitIsDue;
    private long _termWrittenBy;

    /// <summary>Whether anything was gathered, or something is to be written.</summary>
    public bool HasContent(HardState hardState) =>
        _gathering.MessageList.Count > 0
        || _gathering.ReadList.Count > 0
        || _gathering.SnapshotsWantedList.Count > 0
        || _gathering.EventList.Count > 0
        || NeedsWrite(hardState);

    /// <summary>Whether term or vote are not yet handed to the disk.</summary>
    public bool IsUnissued(HardState hardState) => hardState.Term != _issued.Term || hardState.Vote != _issued.Vote;

    /// <summary>A commit index that moved while nothing else was written may be written too, without haste, once a tick.</summary>
    public void CommitIsDue() => _commitIsDue = true;

    public void Send(Message message) => _gathering.MessageList.Add(message);

    /// <summary>Sends when the write that will contain the present state is durable; at once if it already is.</summary>
    public void SendWhenDurable(Message message, HardState hardState)
    {
        bool isUnissued = IsUnissued(hardState) || log.HasUnissued;
        SendAfter(isUnissued ? log.Durability.LastIssued + 1 : log.Durability.LastIssued, message);
    }

    /// <summary>Sends when term and vote are durable, whatever of the log is; at once if they already are.</summary>
    public void SendWhenTermDurable(Message message, HardState hardState) =>
        SendAfter(IsUnissued(hardState) ? log.Durability.LastIssued + 1 : _termWrittenBy, message);

    /// <summary>More is durable: lets go what waited for it.</summary>
    public void Release()
    {
        while (_held.TryPeek(out var held) && held.Sequence <= log.Durability.LastAcknowledged)
        {
            _held.Dequeue();
            SendReleased(held.Message);
        }
    }

    /// <summary>The next message of the replica to itself.</summary>
    public bool TryTakeOwn([NotNullWhen(true)] out Message? message) => _own.TryDequeue(out message);

    public void Report(RaftEvent happened) => _gathering.EventList.Add(happened);

    public void Answer(ReadResult result) => _gathering.ReadList.Add(result);

    public void WantSnapshot(ReplicaId peer) => _gathering.SnapshotsWantedList.Add(peer);

    /// <summary>Hands out what was gathered, with the next write if one is needed.</summary>
    public Ready Take(HardState hardState, ReadOnlyMemory<Entry> committed)
    {
        var ready = _gathering;
        ready.Committed = committed;
        ready.Persist = NeedsWrite(hardState) ? IssueWrite(hardState) : null;
        _gathering = _taken;
        _taken = ready;
        _gathering.Clear();
        return ready;
    }

    private bool NeedsWrite(HardState hardState) =>
        IsUnissued(hardState) || log.HasUnissued || (_commitIsDue && hardState.Commit != _issued.Commit);

    private PersistRequest IssueWrite(HardState hardState)
    {
        bool isTermNew = IsUnissued(hardState);
        bool mustSync = isTermNew || log.HasUnissued;
        HardState? changed = hardState == _issued ? null : hardState;
        long sequence = log.IssueWrite(out var snapshot, out var entries);
        _termWrittenBy = isTermNew ? sequence : _termWrittenBy;
        _issued = hardState;
        _commitIsDue = false;
        return new PersistRequest(sequence, changed, snapshot, entries, mustSync);
    }

    private void SendAfter(long sequence, Message message)
    {
        if (sequence <= log.Durability.LastAcknowledged)
        {
            SendReleased(message);
        }
        else
        {
            _held.Enqueue(new HeldMessage(sequence, message));
        }
    }

    private void SendReleased(Message message)
    {
        if (message.To == message.From)
        {
            _own.Enqueue(message);
        }
        else
        {
            _gathering.MessageList.Add(message);
        }
    }

    private readonly record struct HeldMessage(long Sequence, Message Message);
}
