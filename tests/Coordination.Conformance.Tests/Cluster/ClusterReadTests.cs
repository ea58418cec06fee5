namespace Coordination.Conformance.Tests;

/// <summary>What is written through one member and read through another.</summary>
public sealed class ClusterReadTests(Servers servers) : IClassFixture<Servers>
{
    [Theory, OnEveryClusterMember]
    public async Task A_read_through_any_member_sees_what_was_written_through_another(IConformanceTarget target)
    {
        const int Rounds = 30;
        var session = await servers.Open(target);
        for (var round = 0; round < Rounds; round++)
        {
            var revision = (await session.Put("k", $"{round}")).Header.Revision;
            foreach (var reader in session.ThroughEach)
            {
                var read = await reader.Range(new RangeRequest { Key = session.Key("k") });

                Assert.Equal($"{round}", Assert.Single(read.Kvs).Value.ToStringUtf8());
                Assert.True(read.Header.Revision >= revision);
            }
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task A_transaction_that_only_reads_sees_what_was_written_through_another(IConformanceTarget target)
    {
        const int Rounds = 30;
        var session = await servers.Open(target);
        var read = Ops.Always(Ops.Range(session.Key("k")));
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var writer in session.ThroughEach)
            {
                var revision = (await writer.Put("k")).Header.Revision;

                var response = await session.Txn(read);

                Assert.Equal(revision, Assert.Single(response.Responses[0].ResponseRange.Kvs).ModRevision);
            }
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task A_serializable_read_sees_a_write_in_the_end(IConformanceTarget target)
    {
        var session = await servers.Open(target);
        var request = new RangeRequest { Key = session.Key("k"), Serializable = true };
        foreach (var writer in session.ThroughEach)
        {
            var revision = (await writer.Put("k")).Header.Revision;

            await Eventually.Holds(async () =>
                (await session.Range(request)).Kvs.SingleOrDefault() is { } found && found.ModRevision == revision);
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task A_member_sees_its_own_writes_without_asking_the_others(IConformanceTarget target)
    {
        const int Rounds = 30;
        var session = await servers.Open(target);
        for (var round = 0; round < Rounds; round++)
        {
            var revision = (await session.Put("k")).Header.Revision;

            var read = await session.Range(new RangeRequest { Key = session.Key("k"), Serializable = true });

            Assert.Equal(revision, Assert.Single(read.Kvs).ModRevision);
        }
    }

    [Theory, OnEveryClusterMember]
    public async Task Transactions_through_all_members_at_once_lose_no_update(IConformanceTarget target)
    {
        const int Updates = 20;
        var session = await servers.Open(target);
        await session.Put("counter", "0");

        await Task.WhenAll(session.ThroughEach.Select(through => Increment(through, Updates)));

        Assert.Equal($"{Updates * session.Members.Count}", (await session.Get("counter"))!.Value.ToStringUtf8());
    }

    [Theory, OnEveryClusterMember(OwnServer = true)]
    public async Task What_is_compacted_through_one_member_is_gone_on_all(IConformanceTarget target)
    {
        await using var server = await Server.Start(target);
        var session = server.OpenSession(target);
        var first = await session.PutAll("k");
        var compacted = await session.PutAll("k", "k");
        await session.Compact(new CompactionRequest { Revision = compacted, Physical = true });

        foreach (var member in session.ThroughEach)
        {
            await member.Revision();
            await Refusal.Compacted.Answers(() => member.Range(new RangeRequest { Key = session.Key("k"), Revision = first }));
            await Refusal.Compacted.Answers(() => member.Compact(new CompactionRequest { Revision = compacted }));
        }
    }

    private static async Task Increment(Session session, int times)
    {
        for (var done = 0; done < times;)
        {
            var current = (await session.Get("counter"))!;
            var next = int.Parse(current.Value.ToStringUtf8(), System.Globalization.CultureInfo.InvariantCulture) + 1;
            var response = await session.Txn(new TxnRequest
            {
                Compare =
                {
                    new Compare { Key = current.Key, Target = Compare.Types.CompareTarget.Mod, ModRevision = current.ModRevision },
                },
                Success = { Ops.Put(current.Key, $"{next}") },
            });
            done += response.Succeeded ? 1 : 0;
        }
    }
}
