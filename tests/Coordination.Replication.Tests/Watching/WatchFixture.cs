using System.Text;
using Coordination.StateMachine;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Coordination.Replication.Tests;

/// <summary>A state machine and the hub of its watches, without anything between: what the owner of a replica does is done here.</summary>
internal sealed class WatchFixture
{
    private readonly List<AppliedWrite> _unpublished = [];
    private ulong _index;
    private Ownership _ownership;

    public WatchFixture(WatchHubOptions? options = null, long cacheBytes = 0, PartitionPhase begunAs = PartitionPhase.Serving)
    {
        State = new PartitionState(Store, cacheBytes, begunAs);
        _ownership = State.View.Ownership;
        Hub = new WatchHub(() => State.View, Encoder, options ?? new WatchHubOptions(), Time, NullLogger.Instance);
    }

    public HistoryStore Store { get; } = new();

    public PartitionState State { get; }

    public TextEncoder Encoder { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public WatchHub Hub { get; }

    public long Revision => State.View.Revision;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static PutOperation PutOf(string key, string value) => new(Bytes(key), Bytes(value));

    /// <summary>The range of a key, or from a key up to another; "*" for no end.</summary>
    public static KeyRange RangeOf(string key, string? end = null) =>
        KeyRange.FromRequest(Bytes(key), end == "*" ? [0] : end is null ? [] : Bytes(end));

    public static WatchCreation Watch(string key, string? end = null, long from = 0) => new(RangeOf(key, end)) { StartRevision = from };

    public WatchClient Open() => new(Hub.OpenStream());

    public long Put(string key, string value = "") => Apply(new PutCommand(PutOf(key, value)));

    public long Delete(string key, string? end = null) => Apply(new DeleteRangeCommand(new DeleteRangeOperation(RangeOf(key, end))));

    public long Txn(params Operation[] operations) => Apply(new TxnCommand(new TxnOperation([], operations, [])));

    /// <summary>Compacts, and removes everything that this gives up.</summary>
    public void Compact(long revision)
    {
        Apply(new CompactCommand(revision));
        State.Compact(int.MaxValue);
        State.Commit();
    }

    /// <summary>Applies, commits and publishes.</summary>
    public long Apply(Command command)
    {
        ApplyOnly(command);
        Publish();
        return Revision;
    }

    /// <summary>Applies and commits, and publishes later.</summary>
    public void ApplyOnly(Command command)
    {
        long before = Revision;
        var result = State.Apply(++_index, 1, command);
        Assert.Equal(ApplyError.None, result.Error);
        if (result.Adopted is { } adopted)
        {
            Hub.Adopting(adopted, result.Revision);
        }

        if (State.LastEvents.Count > 0 || result.Revision != before || result.Delegated is not null)
        {
            _unpublished.Add(new AppliedWrite(result.Revision, [.. State.LastEvents])
            {
                PreviousRevision = before,
                Delegated = result.Delegated,
            });
        }

        State.Commit();
    }

    public void Publish()
    {
        if (_unpublished.Count > 0)
        {
            Hub.Publish([.. _unpublished]);
            _unpublished.Clear();
        }

        if (State.View.Ownership != _ownership)
        {
            _ownership = State.View.Ownership;
            Hub.OwnershipChanged();
        }
    }

    /// <summary>Gives the keys of a prefix away.</summary>
    public void Move(string prefix, uint target = 1) => Apply(new DelegatePrefixCommand(Bytes(prefix), target));

    /// <summary>Commits without telling the hub.</summary>
    public void ForgetUnpublished() => _unpublished.Clear();
}
