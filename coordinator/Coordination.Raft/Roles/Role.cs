namespace Coordination.Raft;

/// <summary>
/// What a replica does because of the part it plays. A role object lives from one transition to the next and holds the state that dies
/// with the role; what outlives it is in <see cref="RaftCore"/>. All methods run on the caller of <see cref="RaftNode"/>.
/// </summary>
internal abstract class Role(RaftCore core)
{
    public abstract ReplicaRole Kind { get; }

    /// <summary>
    /// Whether a leader was heard (or is this replica) so recently that an election would only disturb: such a replica grants no vote
    /// except in a leadership transfer (Raft thesis, section 4.2.3).
    /// </summary>
    public abstract bool HearsLeader { get; }

    /// <summary>Whether the group sleeps.</summary>
    public virtual bool IsQuiesced => false;

    /// <summary>Whether <see cref="Flush"/> has anything to do.</summary>
    public virtual bool HasWork => false;

    /// <summary>What the role shares with its predecessors and successors.</summary>
    protected RaftCore Core { get; } = core;

    /// <summary>One tick of time passed.</summary>
    public abstract void Tick();

    /// <summary>Acts on a message of this term, if <see cref="MessageDispositions"/> says that the role does.</summary>
    public abstract void Handle(Message message);

    /// <summary>
    /// Turns what gathered since the last <see cref="Ready"/> into messages: however many inputs the owner gave, there is one batch.
    /// </summary>
    public virtual void Flush()
    {
    }

    /// <summary>More of the log is on this replica's disk.</summary>
    public virtual void OnDurable()
    {
    }

    /// <summary>Another membership counts.</summary>
    public virtual void OnMembershipChanged()
    {
    }

    /// <summary>Ends the sleep, if the group sleeps.</summary>
    public virtual void Wake()
    {
    }
}
