using System.Globalization;
using Coordination.Protocol.Etcd;
using Coordination.Replication;
using Coordination.StateMachine;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// The members of the cluster, as this node knows them: what the cluster began with, and what each member has said of itself since, in the
/// cluster's metadata. Any thread.
/// </summary>
internal sealed partial class ClusterMembers(
    StoredIdentity identity, bool isNew, TimeProvider time, ILogger<ClusterMembers> logger)
{
    private static readonly TimeSpan PublishRetry = TimeSpan.FromMilliseconds(500);

    private volatile ClusterMetadata? _metadata;

    /// <summary>Whether it is known what members have said of themselves: a node that has data has to open them first.</summary>
    public bool IsKnown => isNew || _metadata is not null;

    /// <summary>The cluster.</summary>
    public ulong ClusterId => identity.ClusterId;

    /// <summary>The members, by id.</summary>
    public IReadOnlyList<ClusterMember> All
    {
        get
        {
            MetadataSnapshot known = _metadata?.Current ?? MetadataSnapshot.Empty;
            return [.. identity.Members.Select(member => Find(known, member))];
        }
    }

    /// <summary>From now on, what members say of themselves is known too.</summary>
    public void Attach(ClusterMetadata metadata) => _metadata = metadata;

    /// <summary>
    /// Tells the others this member's name and where clients find it, unless they know it; tries until it is written.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled. It may have been written.</exception>
    public async Task PublishAsync(string name, IReadOnlyList<string> clientUrls, CancellationToken cancellationToken)
    {
        ClusterMetadata metadata = _metadata ?? throw new InvalidOperationException("The store is not open yet.");
        var self = new Member { ID = identity.MemberId, Name = name };
        self.PeerURLs.AddRange(identity.Self.PeerUrls);
        self.ClientURLs.AddRange(clientUrls);
        byte[] row = self.ToByteArray();
        string key = RowOf(identity.MemberId);
        while (!metadata.Current.Rows.TryGetValue(key, out MetadataRow? known) || !known.Value.Span.SequenceEqual(row))
        {
            var write = new MetadataWrite(key, MetadataCondition.None, row);
            MetadataWriteOutcome outcome = await metadata.TryWriteAsync([write]).WaitAsync(cancellationToken);
            if (outcome.End != MetadataWriteEnd.Written)
            {
                LogNotPublished(outcome.End, PublishRetry);
                await Task.Delay(PublishRetry, time, cancellationToken);
            }
        }
    }

    private static ClusterMember Find(MetadataSnapshot known, InitialMember initial)
    {
        if (!known.Rows.TryGetValue(RowOf(initial.Id), out MetadataRow? row))
        {
            return new ClusterMember(initial.Id, initial.Name, initial.PeerUrls, []);
        }

        var member = Member.Parser.ParseFrom(row.Value.Span);
        return new ClusterMember(initial.Id, member.Name, [.. member.PeerURLs], [.. member.ClientURLs]);
    }

    /// <summary>The key of a member's row. Stored: it must not change.</summary>
    private static string RowOf(ulong member) => string.Create(CultureInfo.InvariantCulture, $"members/{member:x16}");

    [LoggerMessage(
        EventId = 5011, Level = LogLevel.Warning,
        Message = "the other members do not know yet where clients find this one ({End}); trying again in {Delay}")]
    private partial void LogNotPublished(MetadataWriteEnd end, TimeSpan delay);
}
