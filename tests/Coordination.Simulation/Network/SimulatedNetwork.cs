using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>Where a <see cref="SimulatedNetwork"/> puts the messages that will arrive.</summary>
internal interface INetworkSchedule
{
    /// <summary>The simulated time now, in microseconds.</summary>
    long Now { get; }

    /// <summary>Puts an event into the future.</summary>
    void Schedule(long delay, EventKind kind, int node, int partition, object? subject, ulong argument = 0);
}

/// <summary>
/// The links between the nodes of one <see cref="World"/>: decides of every message whether, when and how often it arrives. Messages
/// survive restarts of both ends. A link is cut as often as <see cref="Cut"/> was called more than <see cref="Mend"/>, so that
/// faults may overlap.
/// </summary>
internal sealed class SimulatedNetwork(int nodes, SimulationRandom random, INetworkSchedule schedule, WorldStatistics statistics)
{
    private readonly int[] _cuts = new int[nodes * nodes];
    private readonly long[] _lastArrival = new long[nodes * nodes];
    private int _burstPerMille;

    /// <summary>How the links behave now.</summary>
    public NetworkOptions Options { get; set; } = new();

    /// <summary>The bit of a link in the masks of <see cref="Cut"/> and <see cref="Mend"/>.</summary>
    public ulong Link(int from, int to) => 1UL << ((from * nodes) + to);

    /// <summary>Whether messages can pass.</summary>
    public bool IsOpen(int from, int to) => _cuts[(from * nodes) + to] == 0;

    /// <summary>Cuts the links of a mask.</summary>
    public void Cut(ulong links) => Add(links, 1);

    /// <summary>Mends the links of a mask once.</summary>
    public void Mend(ulong links) => Add(links, -1);

    /// <summary>Loses more of all messages until set back to zero.</summary>
    public void SetBurst(int perMille) => _burstPerMille = perMille;

    /// <summary>Mends everything.</summary>
    public void Heal()
    {
        Array.Clear(_cuts);
        _burstPerMille = 0;
    }

    /// <summary>Sends a message.</summary>
    public void Send(int from, int to, int partition, Message message)
    {
        statistics.Messages++;
        if (!IsOpen(from, to) || IsLost())
        {
            NoticeLoss(from, partition, message);
            return;
        }

        Deliver(from, to, partition, message);
        if (Options.DuplicatePerMille > 0 && random.Chance(Options.DuplicatePerMille))
        {
            statistics.Count(FaultKind.Duplicate);
            schedule.Schedule(DelayOnce() * 2, EventKind.Deliver, to, partition, message);
        }
    }

    /// <summary>Sends a snapshot with its bytes, which takes longer and may break off; then the sender is told.</summary>
    public void SendSnapshot(int from, int to, int partition, SnapshotTransfer transfer)
    {
        statistics.Messages++;
        long delay = random.Next(Options.MinDelay, Options.MinDelay + Options.SnapshotDelay);
        if (!IsOpen(from, to) || IsLost() || random.Chance(Options.SnapshotFailurePerMille))
        {
            statistics.Count(FaultKind.SnapshotFailure);
            schedule.Schedule(delay, EventKind.SnapshotTransferFailed, from, partition, transfer);
            return;
        }

        schedule.Schedule(delay, EventKind.DeliverSnapshot, to, partition, transfer);
        if (Options.DuplicatePerMille > 0 && random.Chance(Options.DuplicatePerMille * 5))
        {
            statistics.Count(FaultKind.Duplicate);
            schedule.Schedule(delay + random.Next(Options.LongDelay), EventKind.DeliverSnapshot, to, partition, transfer);
        }
    }

    /// <summary>Whether something that travels on a connection of its own arrives now, and after what time.</summary>
    public bool TryPass(int from, int to, out long delay)
    {
        delay = DelayOnce();
        return IsOpen(from, to) && !IsLost();
    }

    /// <summary>Tells the sender of a snapshot how its transfer ended.</summary>
    public void EndSnapshot(int partition, SnapshotTransfer transfer, bool isDelivered) =>
        schedule.Schedule(
            DelayOnce(),
            isDelivered ? EventKind.SnapshotTransferDone : EventKind.SnapshotTransferFailed,
            transfer.Sender,
            partition,
            transfer);

    private void Deliver(int from, int to, int partition, Message message)
    {
        if (Options.LongDelayPerMille > 0 && random.Chance(Options.LongDelayPerMille))
        {
            statistics.Count(FaultKind.LongDelay);
            schedule.Schedule(random.Next(Options.LongDelay), EventKind.Deliver, to, partition, message);
            return;
        }

        long delay = DelayOnce();
        if (Options.IsOrdered)
        {
            ref long last = ref _lastArrival[(from * nodes) + to];
            last = Math.Max(last, schedule.Now + delay);
            delay = last - schedule.Now;
        }

        schedule.Schedule(delay, EventKind.Deliver, to, partition, message);
    }

    private bool IsLost()
    {
        int perMille = Options.LossPerMille + _burstPerMille;
        if (perMille == 0 || !random.Chance(perMille))
        {
            return false;
        }

        statistics.Count(FaultKind.Loss);
        return true;
    }

    private void NoticeLoss(int from, int partition, Message message)
    {
        if (random.Chance(Options.NoticePerMille))
        {
            schedule.Schedule(DelayOnce(), EventKind.PeerUnreachable, from, partition, null, message.To.Value);
        }
    }

    private long DelayOnce() => random.Next(Options.MinDelay, Options.MaxDelay + 1);

    private void Add(ulong links, int change)
    {
        for (int i = 0; i < _cuts.Length; i++)
        {
            if ((links & (1UL << i)) != 0)
            {
                _cuts[i] = Math.Max(0, _cuts[i] + change);
            }
        }
    }
}
