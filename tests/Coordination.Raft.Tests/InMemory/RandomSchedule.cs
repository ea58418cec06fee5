using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>
/// Does to a cluster of five what comes up by a seeded random sequence: time, messages in any order, lost and repeated, crashes, slow
/// disks, cut links, proposals, reads, membership changes, transfers, compaction. Then everything works again, and the group must as well.
/// </summary>
internal sealed class RandomSchedule
{
    private readonly Random _random;
    private readonly Cluster _cluster = new() { MakesSnapshots = true };
    private readonly SortedDictionary<(ReplicaId Reader, ulong Read), LogIndex> _readFloors = [];
    private LogIndex _committed;
    private ulong _lastRead;

    /// <summary>All clocks run alike, and leaders answer reads by lease: correct only then.</summary>
    private readonly bool _isLockstep;

    public RandomSchedule(int seed)
    {
        _random = new Random(seed);
        _isLockstep = seed % 4 == 1;
        _cluster.Observer = Observe;
        for (ulong id = 1; id <= 5; id++)
        {
            var state = id <= 3 ? RestoredState.NewGroup(Given.Ids(1, 2, 3)) : RestoredState.Joining();
            var options = Cluster.DefaultOptions(Given.Id(id)) with
            {
                Seed = ((ulong)seed * 10) + id,
                MaxAppendBytes = 100,
                MaxInflightAppends = 3,
                MaxInflightBytes = 200,
                MaxApplyBytes = 100,
                QuiesceAfterTicks = seed % 3 == 0 ? 4 : 0,
                ReadConfirmation = _isLockstep ? ReadConfirmation.Lease : ReadConfirmation.Quorum,
            };
            _cluster.Add(options, state);
        }
    }

    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
        }

        Recover();
    }

    private static ReadOnlyMemory<byte> CommandOf(int number) => Encoding.UTF8.GetBytes($"{number}");

    private void Step()
    {
        switch (_random.Next(100))
        {
            case < 55:
                DeliverOne();
                break;
            case < 75:
                Tick();
                break;
            case < 83:
                OnOne(replica => replica.Node.Propose(CommandOf(_random.Next(1_000_000))));
                break;
            case < 87:
                OnOne(Read);
                break;
            case < 89:
                OnOne(ChangeMembership);
                break;
            case < 90:
                OnOne(replica => replica.Node.TransferLeadership(AnyId()));
                break;
            case < 91:
                // True or not.
                OnOne(replica => replica.Node.Gone(_random.Next(2) == 0 ? replica.Node.Leader : AnyId()));
                break;
            case < 93:
                OnOne(replica => replica.Compact(replica.Applied));
                break;
            case < 95:
                OnOne(replica => replica.IsDiskStalled = !replica.IsDiskStalled);
                break;
            case < 97:
                CrashOrRestart();
                break;
            default:
                DisturbNetwork();
                break;
        }
    }

    private void DeliverOne()
    {
        if (_cluster.Network.UnderWay.Count == 0)
        {
            return;
        }

        // Mostly the oldest, sometimes any: pure chaos would keep a group from ever getting anywhere.
        int place = _random.Next(4) == 0 ? _random.Next(_cluster.Network.UnderWay.Count) : 0;
        var message = _cluster.Network.UnderWay[place];
        if (_random.Next(10) != 0)
        {
            int next = 0;
            _cluster.Network.Take(_ => next++ == place);
        }

        _cluster.Deliver(message);
        if (!_cluster.IsCrashed(message.To))
        {
            _cluster.Process(_cluster[message.To]);
        }
    }

    private void Tick()
    {
        if (!_isLockstep)
        {
            OnOne(replica => replica.Node.Tick());
        }
        else if (_random.Next(5) == 0)
        {
            foreach (var replica in _cluster.Running.ToList())
            {
                replica.Node.Tick();
                _cluster.Process(replica);
            }
        }
    }

    private void OnOne(Action<Replica> act)
    {
        var id = AnyId();
        if (_cluster.IsCrashed(id))
        {
            return;
        }

        act(_cluster[id]);
        _cluster.Process(_cluster[id]);
    }

    private ReplicaId AnyId() => Given.Id((ulong)_random.Next(1, 6));

    private void Read(Replica replica)
    {
        _readFloors[(replica.Id, ++_lastRead)] = _committed;
        replica.Node.Read(_lastRead);
    }

    private void ChangeMembership(Replica replica)
    {
        List<MemberChange> steps = [];
        for (int i = _random.Next(1, 3); i > 0; i--)
        {
            steps.Add(new MemberChange((MemberChangeKind)_random.Next(3), AnyId()));
        }

        replica.Node.ProposeMembership(new MembershipChange(steps, ForceJoint: _random.Next(4) == 0));
    }

    private void CrashOrRestart()
    {
        var id = AnyId();
        if (_cluster.IsCrashed(id))
        {
            _cluster.Restart(id);
        }
        else
        {
            _cluster.Crash(id);
        }
    }

    private void DisturbNetwork()
    {
        switch (_random.Next(4))
        {
            case 0:
                _cluster.Isolate(AnyId());
                break;
            case 1:
                _cluster.Network.Take(_ => _random.Next(2) == 0);
                break;
            default:
                _cluster.Network.Heal();
                break;
        }
    }

    /// <summary>Every confirmed read must see what anybody had committed when it began.</summary>
    private void Observe(Replica replica, Ready ready)
    {
        foreach (var read in ready.Reads)
        {
            var floor = _readFloors[(replica.Id, read.Id)];
            bool isStale = read.Outcome == ReadOutcome.Confirmed && read.Index < floor;
            Assert.False(isStale, $"{Names.Of(replica.Id)} confirms read {read.Id} at {read.Index}, but {floor} was committed before.");
        }

        foreach (var entry in ready.Committed.Span)
        {
            _committed = LogIndex.Max(_committed, entry.Index);
        }
    }

    /// <summary>All faults end. Within a bounded time somebody leads, commits, and every member has everything.</summary>
    private void Recover()
    {
        _cluster.Network.Heal();
        foreach (var id in Given.Ids(1, 2, 3, 4, 5))
        {
            if (_cluster.IsCrashed(id))
            {
                _cluster.Restart(id);
            }

            _cluster[id].IsDiskStalled = false;
        }

        WakeAndReportLostSnapshots();
        _cluster.Elapse(150);
        WakeAndReportLostSnapshots();
        _cluster.Elapse(50);
        var leader = _cluster.Running.Where(replica => replica.Node.Role == ReplicaRole.Leader).MaxBy(replica => replica.Node.Term.Value);
        Assert.True(leader is not null, $"Nobody leads although everything works.\n{Describe()}");
        var last = leader.Node.Propose(CommandOf(0));
        Assert.Equal(ProposalStatus.Accepted, last.Status);
        _cluster.Elapse(20);
        foreach (var id in leader.Node.Membership.Members)
        {
            Assert.True(_cluster[id].Applied >= last.Index, $"{Names.Of(id)} applied {_cluster[id].Applied} of {last.Index}.");
        }
    }

    private void WakeAndReportLostSnapshots()
    {
        foreach (var replica in _cluster.Running.ToList())
        {
            replica.Node.Wake();
            foreach (var peer in replica.Node.GetStatus().Peers)
            {
                replica.Node.SnapshotFailed(peer.Id);
            }
        }
    }

    private string Describe() => string.Join('\n', _cluster.Running.Select(replica =>
    {
        var status = replica.Node.GetStatus();
        return $"{Names.Of(status.Id)} {status.Role} term={status.Term} last={status.LastIndex}@{status.LastTerm} {status.Membership}";
    }));
}
