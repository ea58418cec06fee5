using System.Globalization;
using System.Text;

namespace Coordination.Raft.Tests;

/// <summary>
/// The options of <c>add-nodes</c>. Who belongs to the group: <c>voters= outgoing= learners=</c>, or <c>joining</c>; by default the
/// nodes added are the voters. What is on disk: <c>terms=1x3,4x2</c> (three entries of term 1, two of term 4), <c>term= vote= commit=</c>.
/// Limits: see <see cref="Options"/>.
/// </summary>
internal sealed class StartOptions
{
    private readonly RaftOptions _options;
    private readonly bool _isJoining;
    private readonly ReplicaId[] _voters;
    private readonly ReplicaId[] _outgoing;
    private readonly ReplicaId[] _learners;
    private readonly Entry[] _entries;
    private readonly HardState _hardState;

    public StartOptions(CommandLine command)
    {
        _isJoining = command.Flag("joining");
        _voters = command.IdsOption("voters");
        _outgoing = command.IdsOption("outgoing");
        _learners = command.IdsOption("learners");
        _entries = ReadEntries(command.Option("terms"));
        var lastTerm = _entries.Length > 0 ? _entries[^1].Term : Term.None;
        _hardState = new HardState(
            new Term(command.NumberOption("term") ?? lastTerm.Value),
            command.IdsOption("vote").FirstOrDefault(),
            new LogIndex(command.NumberOption("commit") ?? 0));
        _options = ReadOptions(command);
    }

    public RaftOptions Options(ReplicaId id) => _options with { Id = id, Seed = id.Value };

    public RestoredState State(ReplicaId[] added)
    {
        var membership = _isJoining
            ? Membership.Empty
            : Membership.Create(_voters.Length > 0 ? _voters : added, _outgoing, _learners);
        return new RestoredState
        {
            HardState = _hardState,
            Snapshot = new SnapshotMetadata(LogIndex.None, Term.None, membership),
            Entries = _entries,
        };
    }

    private static RaftOptions ReadOptions(CommandLine command)
    {
        var defaults = Cluster.DefaultOptions(new ReplicaId(1));
        ulong? leaseDrift = command.NumberOption("lease-drift");
        return defaults with
        {
            ElectionTimeoutTicks = command.IntOption("election", defaults.ElectionTimeoutTicks),
            HeartbeatTicks = command.IntOption("heartbeat", defaults.HeartbeatTicks),
            MaxAppendBytes = command.IntOption("max-append", defaults.MaxAppendBytes),
            MaxInflightAppends = command.IntOption("max-inflight", defaults.MaxInflightAppends),
            MaxInflightBytes = (long)(command.NumberOption("max-inflight-bytes") ?? (ulong)defaults.MaxInflightBytes),
            MaxUncommittedBytes = (long)(command.NumberOption("max-uncommitted") ?? (ulong)defaults.MaxUncommittedBytes),
            MaxApplyBytes = (long)(command.NumberOption("max-apply") ?? (ulong)defaults.MaxApplyBytes),
            MaxPendingReads = command.IntOption("max-reads", defaults.MaxPendingReads),
            QuiesceAfterTicks = command.IntOption("quiesce", defaults.QuiesceAfterTicks),
            ReadConfirmation = leaseDrift is null ? ReadConfirmation.Quorum : ReadConfirmation.Lease,
            LeaseDriftTicks = (int)(leaseDrift ?? (ulong)defaults.LeaseDriftTicks),
        };
    }

    private static Entry[] ReadEntries(string? terms)
    {
        List<Entry> entries = [];
        foreach (string run in terms?.Split(',') ?? [])
        {
            string[] parts = run.Split('x');
            var term = new Term(ulong.Parse(parts[0], CultureInfo.InvariantCulture));
            int count = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
            for (int i = 0; i < count; i++)
            {
                var index = new LogIndex((ulong)entries.Count + 1);
                entries.Add(new Entry(term, index, EntryKind.Command, Encoding.UTF8.GetBytes($"{index}of{term}")));
            }
        }

        return [.. entries];
    }
}
