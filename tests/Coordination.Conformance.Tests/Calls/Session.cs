using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>
/// A test's view of a server: the raw calls through one member, and a part of the keyspace that it has for itself. The members are those of
/// the deployment, the leader first.
/// </summary>
public sealed class Session(IConformanceTarget target, IReadOnlyList<ServerNode> members, int member, string prefix)
    : Connection(members[member].Channel)
{
    public Capabilities Capabilities => target.Capabilities;

    public IReadOnlyList<ServerNode> Members => members;

    /// <summary>The member that the calls go to.</summary>
    public ServerNode Member => members[member];

    public LoopbackPorts Ports => Member.Ports;

    /// <summary>HOST:PORT of the member's client port.</summary>
    public string Endpoint => Ports.ClientUrl.Authority;

    /// <summary>What all keys of the session begin with.</summary>
    public string Prefix => prefix;

    /// <summary>The same keys, through another member.</summary>
    public Session Through(int other) => new(target, members, other, prefix);

    /// <summary>The same keys, through each member in turn, the leader first.</summary>
    public IEnumerable<Session> ThroughEach => Enumerable.Range(0, members.Count).Select(Through);

    /// <summary>The key called <paramref name="name"/> within this session's prefix.</summary>
    public ByteString Key(string name) => Bytes.Of(prefix + name);

    /// <summary>The range end of a range that holds every key of the session; its key is <c>Key("")</c>.</summary>
    public ByteString End => Bytes.Of(prefix[..^1] + "0");

    /// <summary>The name under which <see cref="Key"/> made this key.</summary>
    public string NameOf(ByteString key) => key.ToStringUtf8()[prefix.Length..];

    public IEnumerable<string> NamesOf(IEnumerable<KeyValue> keyValues) => keyValues.Select(keyValue => NameOf(keyValue.Key));

    /// <summary>A request for every key of the session.</summary>
    public RangeRequest Everything => new() { Key = Key(""), RangeEnd = End };

    public Task<PutResponse> Put(string name, string value = "", long lease = 0) =>
        Put(new PutRequest { Key = Key(name), Value = Bytes.Of(value), Lease = lease });

    /// <summary>Puts keys one by one, with their own names as values; answers with the revision of the last.</summary>
    public async Task<long> PutAll(params string[] names)
    {
        var revision = 0L;
        foreach (var name in names)
        {
            revision = (await Put(name, name)).Header.Revision;
        }

        return revision;
    }

    public async Task<KeyValue?> Get(string name) => (await Range(new RangeRequest { Key = Key(name) })).Kvs.SingleOrDefault();

    public Task<DeleteRangeResponse> Delete(string name) => Delete(new DeleteRangeRequest { Key = Key(name) });

    /// <summary>The current revision of the store.</summary>
    public async Task<long> Revision() => (await Range(new RangeRequest { Key = Key("none") })).Header.Revision;

    /// <summary>Grants a lease whose id the server chooses.</summary>
    public async Task<long> Grant(long seconds = 60) => (await Grant(new LeaseGrantRequest { TTL = seconds })).ID;
}
