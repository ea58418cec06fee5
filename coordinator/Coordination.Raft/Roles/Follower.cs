namespace Coordination.Raft;

/// <summary>
/// Follows the leader of the term, or waits for one: takes entries and snapshots, and stands for election when it hears nothing for too
/// long. A learner, and a replica that is no member, never stands.
/// </summary>
internal sealed class Follower : Role
{
    /// <summary>Time for the one before to win: what it asks for is answered within a tick.</summary>
    private const int TicksPerTurn = 2;

    private readonly bool _distrustsOwnStart;
    private int _ticksSinceStart;
    private int _ticksSinceLeader;
    private int _timeoutTicks;
    private int _ticksToTurn;
    private bool _quiesced;

    /// <param name="core">What the roles share.</param>
    /// <param name="isStart">
    /// Whether the replica has just started. With lease reads it may have promised a leader, before the crash that it knows nothing of,
    /// to grant no vote for an election timeout: it keeps the promise in case it gave it.
    /// </param>
    public Follower(RaftCore core, bool isStart)
        : base(core)
    {
        _distrustsOwnStart = isStart && core.Options.ReadConfirmation == ReadConfirmation.Lease && core.Term.IsSome;
        RestartTimer();
    }

    public override ReplicaRole Kind => ReplicaRole.Follower;

    public override bool HearsLeader =>
        (Core.Leader.IsSome && _ticksSinceLeader < Core.Options.ElectionTimeoutTicks)
        || (_distrustsOwnStart && _ticksSinceStart < Core.Options.ElectionTimeoutTicks);

    public override bool IsQuiesced => _quiesced;

    public override void Tick()
    {
        if (_quiesced)
        {
            return;
        }

        _ticksSinceStart++;
        _ticksSinceLeader++;
        bool isItsTurn = _ticksToTurn > 0 && --_ticksToTurn == 0;
        if (_ticksSinceLeader < _timeoutTicks && !isItsTurn)
        {
            return;
        }

        RestartTimer();
        Core.LoseLeader();
        if (Core.CanCampaign)
        {
            Core.BecomePreCandidate();
        }
        else if (Core.Log.Membership.IsMember(Core.Id))
        {
            AskInVain();
        }
    }

    public override void Handle(Message message)
    {
        switch (message)
        {
            case AppendRequest append:
                HearFrom(append.From);
                Core.Follow.Append(append);
                break;
            case HeartbeatRequest heartbeat:
                HearFrom(heartbeat.From);
                Core.Log.CommitTo(heartbeat.Commit);
                Answer(heartbeat);
                break;
            case InstallSnapshot install:
                HearFrom(install.From);
                Core.Follow.Install(install);
                break;
            case Quiesce quiesce:
                HearFrom(quiesce.From);
                Sleep(quiesce);
                break;
            case ReadIndexResponse response:
                Core.ForwardedReads.Complete(response);
                break;
            case TimeoutNow:
                if (Core.CanCampaign)
                {
                    Core.BecomeCandidate(CampaignCause.Transfer);
                }

                break;
            default:
                Invariant.Fail($"A follower does not handle {message.Kind}.");
                break;
        }
    }

    public override void Wake()
    {
        if (_quiesced)
        {
            _quiesced = false;
            RestartTimer();
            Core.Report(RaftEventKind.Woke);
        }
    }

    /// <summary>
    /// The leader's process has ended. Voters stand one after the other, so that they do not take each other's votes; who comes first
    /// changes with the term, so that groups which lose their leaders together do not all get the same new one.
    /// </summary>
    public void LeaderGone()
    {
        if (Core.Options.ReadConfirmation == ReadConfirmation.Lease)
        {
            return;
        }

        var leader = Core.Leader;
        Core.LoseLeader();
        Core.Report(RaftEventKind.LeaderGone, peer: leader);
        _ticksToTurn = 1 + (TicksPerTurn * TurnWithout(leader));
    }

    /// <summary>The leader of the term is alive, or a vote was just given to someone who may become it.</summary>
    public void RestartTimer()
    {
        _ticksToTurn = 0;
        _ticksSinceLeader = 0;
        _timeoutTicks = Core.DrawElectionTimeout();
    }

    /// <summary>
    /// A member that may not stand asks the voters all the same, and no answer counts: but if the group sleeps, and this replica was woken
    /// alone, that wakes the others, and it hears of its leader again.
    /// </summary>
    private void AskInVain()
    {
        foreach (var voter in Core.Log.Membership.Voters)
        {
            if (voter != Core.Id)
            {
                Core.Send(new PreVoteRequest(Core.Id, voter, Core.Term, Core.Log.LastIndex, Core.Log.LastTerm));
            }
        }
    }

    private int TurnWithout(ReplicaId leader)
    {
        int before = 0;
        int all = 0;
        foreach (var voter in Core.Log.Membership.Voters)
        {
            if (voter != leader)
            {
                all++;
                before += voter.Value < Core.Id.Value ? 1 : 0;
            }
        }

        return all == 0 ? 0 : (int)(((ulong)before + Core.Term.Value) % (ulong)all);
    }

    private void HearFrom(ReplicaId leader)
    {
        _ticksToTurn = 0;
        _ticksSinceLeader = 0;
        Core.KnowLeader(leader);
    }

    /// <summary>
    /// With lease reads the answer is a promise to elect nobody else for a while, and a replica keeps it after a crash if it finds a
    /// term on its disk: so the answer waits for that.
    /// </summary>
    private void Answer(HeartbeatRequest heartbeat)
    {
        var answer = new HeartbeatResponse(Core.Id, heartbeat.From, Core.Term, heartbeat.Round);
        if (Core.Options.ReadConfirmation == ReadConfirmation.Lease)
        {
            Core.SendWhenTermDurable(answer);
        }
        else
        {
            Core.Send(answer);
        }
    }

    private void Sleep(Quiesce quiesce)
    {
        // A message from before newer entries, or one that outran entries still on their way: stay awake, the leader is not idle.
        if (Core.Log.LastIndex != quiesce.LastIndex || Core.Log.LastTerm != quiesce.LastTerm)
        {
            return;
        }

        Core.Log.CommitTo(quiesce.LastIndex);
        _quiesced = true;
        Core.Report(RaftEventKind.Quiesced);
    }
}
