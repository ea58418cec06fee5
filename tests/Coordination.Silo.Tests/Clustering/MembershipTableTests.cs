using System.Net;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo.Tests;

public sealed class MembershipTableTests
{
    private static readonly DateTime Noon = new(2026, 3, 4, 12, 0, 0, DateTimeKind.Utc);

    private readonly InMemoryClusterTable _rows = new();
    private readonly IMembershipTable _table;

    public MembershipTableTests()
    {
        _table = new MembershipTable(_rows, "c1");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_table_is_empty_and_has_version_0()
    {
        await _table.InitializeMembershipTableAsync(true, Token);

        MembershipTableData data = await _table.ReadAllAsync(Token);

        Assert.Empty(data.Members);
        Assert.Equal(0, data.Version.Version);
    }

    [Fact]
    public async Task Initializing_again_changes_nothing()
    {
        MembershipTableData before = await WithSilosAsync(Entry(1));

        await _table.InitializeMembershipTableAsync(true, Token);
        MembershipTableData after = await _table.ReadAllAsync(Token);

        Assert.Equal(before.Version.ToString(), after.Version.ToString());
        Assert.Single(after.Members);
    }

    [Fact]
    public async Task A_table_that_was_never_initialized_is_an_error_and_not_an_empty_table()
    {
        await _table.InitializeMembershipTableAsync(false, Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => _table.ReadAllAsync(Token));
    }

    [Fact]
    public async Task Without_a_quorum_everything_fails_and_nothing_looks_empty()
    {
        MembershipTableData data = await WithSilosAsync(Entry(1));
        _rows.HasQuorum = false;

        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.InitializeMembershipTableAsync(true, Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.ReadAllAsync(Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.ReadRowAsync(Silo(1), Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.InsertRowAsync(Entry(2), data.Version.Next(), Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(
            () => _table.UpdateRowAsync(Entry(1), data.Members[0].Item2, data.Version.Next(), Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.UpdateIAmAliveAsync(Entry(1), Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.CleanupDefunctSiloEntriesAsync(Noon, Token));
        await Assert.ThrowsAsync<ClusterTableUnavailableException>(() => _table.DeleteMembershipTableEntriesAsync("c1", Token));
    }

    [Fact]
    public async Task An_inserted_entry_comes_back_whole_with_the_next_version()
    {
        MembershipEntry entry = Entry(1);
        entry.AddSuspector(Silo(2), Noon.AddSeconds(7));

        MembershipTableData data = await WithSilosAsync(entry);

        Assert.Equal(1, data.Version.Version);
        AssertSame(entry, Assert.Single(data.Members).Item1);
    }

    [Fact]
    public async Task One_row_is_read_with_the_version_of_the_whole()
    {
        MembershipTableData all = await WithSilosAsync(Entry(1), Entry(2));

        MembershipTableData one = await _table.ReadRowAsync(Silo(2), Token);
        MembershipTableData none = await _table.ReadRowAsync(Silo(3), Token);

        AssertSame(Entry(2), Assert.Single(one.Members).Item1);
        Assert.Equal(all.Version.ToString(), one.Version.ToString());
        Assert.Empty(none.Members);
        Assert.Equal(all.Version.ToString(), none.Version.ToString());
    }

    [Fact]
    public async Task A_silo_is_inserted_once()
    {
        MembershipTableData data = await WithSilosAsync(Entry(1));

        Assert.False(await _table.InsertRowAsync(Entry(1), data.Version.Next(), Token));
        Assert.Equal(data.Version.ToString(), (await _table.ReadAllAsync(Token)).Version.ToString());
    }

    [Fact]
    public async Task An_insert_with_an_old_version_changes_nothing()
    {
        MembershipTableData old = await WithSilosAsync(Entry(1));
        Assert.True(await _table.InsertRowAsync(Entry(2), old.Version.Next(), Token));

        Assert.False(await _table.InsertRowAsync(Entry(3), old.Version.Next(), Token));

        MembershipTableData data = await _table.ReadAllAsync(Token);
        Assert.Equal(2, data.Version.Version);
        Assert.Null(data.TryGet(Silo(3)));
    }

    [Fact]
    public async Task An_update_needs_the_row_as_it_was_read()
    {
        MembershipTableData old = await WithSilosAsync(Entry(1));
        Assert.True(await UpdateAsync(Entry(1, SiloStatus.Active)));
        MembershipTableData now = await _table.ReadAllAsync(Token);

        Assert.False(await _table.UpdateRowAsync(Entry(1, SiloStatus.Dead), old.Members[0].Item2, now.Version.Next(), Token));
        Assert.Equal(SiloStatus.Active, (await _table.ReadAllAsync(Token)).Members[0].Item1.Status);
    }

    [Fact]
    public async Task An_update_needs_the_version_as_it_was_read()
    {
        MembershipTableData old = await WithSilosAsync(Entry(1));
        Assert.True(await _table.InsertRowAsync(Entry(2), old.Version.Next(), Token));

        Assert.False(await _table.UpdateRowAsync(Entry(1, SiloStatus.Dead), old.Members[0].Item2, old.Version.Next(), Token));
        Assert.Equal(SiloStatus.Created, (await _table.ReadAllAsync(Token)).Get(Silo(1)).Item1.Status);
    }

    [Fact]
    public async Task A_silo_that_is_not_there_is_not_updated()
    {
        MembershipTableData data = await WithSilosAsync(Entry(1));

        Assert.False(await _table.UpdateRowAsync(Entry(2), data.Members[0].Item2, data.Version.Next(), Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("someone else's")]
    public async Task An_etag_of_somewhere_else_matches_nothing(string etag)
    {
        MembershipTableData data = await WithSilosAsync(Entry(1));

        Assert.False(await _table.InsertRowAsync(Entry(2), new TableVersion(2, etag), Token));
        Assert.False(await _table.UpdateRowAsync(Entry(1), etag, data.Version.Next(), Token));
    }

    [Fact]
    public async Task A_sign_of_life_changes_its_moment_and_nothing_else()
    {
        MembershipTableData before = await WithSilosAsync(Entry(1));

        await _table.UpdateIAmAliveAsync(SignOfLife(1, Noon.AddMinutes(1)), Token);

        MembershipTableData after = await _table.ReadAllAsync(Token);
        Assert.Equal(before.Version.ToString(), after.Version.ToString());
        Assert.Equal(before.Members[0].Item2, after.Members[0].Item2);
        MembershipEntry expected = Entry(1);
        expected.IAmAliveTime = Noon.AddMinutes(1);
        AssertSame(expected, after.Members[0].Item1);
    }

    [Fact]
    public async Task A_sign_of_life_between_reading_and_writing_stops_no_update_and_is_not_lost_by_it()
    {
        MembershipTableData read = await WithSilosAsync(Entry(1));
        await _table.UpdateIAmAliveAsync(SignOfLife(1, Noon.AddMinutes(1)), Token);

        Assert.True(await _table.UpdateRowAsync(Entry(1, SiloStatus.Active), read.Members[0].Item2, read.Version.Next(), Token));

        Assert.Equal(Noon.AddMinutes(1), (await _table.ReadAllAsync(Token)).Members[0].Item1.IAmAliveTime);
    }

    [Fact]
    public async Task A_silo_that_was_removed_does_not_come_back_by_a_sign_of_life()
    {
        await WithSilosAsync(Entry(1, SiloStatus.Dead));
        await _table.CleanupDefunctSiloEntriesAsync(Noon.AddDays(1), Token);

        await _table.UpdateIAmAliveAsync(SignOfLife(1, Noon.AddDays(2)), Token);

        Assert.Empty((await _table.ReadAllAsync(Token)).Members);
        Assert.Single((await _rows.ReadAllAsync(Token)).Rows);
    }

    [Fact]
    public async Task Only_silos_that_are_dead_and_were_not_heard_of_since_are_cleaned_up()
    {
        MembershipEntry suspectedLately = Entry(4, SiloStatus.Dead);
        suspectedLately.AddSuspector(Silo(2), Noon.AddHours(2));
        MembershipTableData before = await WithSilosAsync(
            Entry(1, SiloStatus.Dead), Entry(2, SiloStatus.Active), Entry(3, SiloStatus.Dead), suspectedLately);
        await _table.UpdateIAmAliveAsync(SignOfLife(3, Noon.AddHours(2)), Token);

        await _table.CleanupDefunctSiloEntriesAsync(Noon.AddHours(1), Token);

        MembershipTableData after = await _table.ReadAllAsync(Token);
        Assert.Equal(
            new[] { Silo(2), Silo(3), Silo(4) }.Order(), after.Members.Select(member => member.Item1.SiloAddress).Order());
        Assert.Equal(before.Version.ToString(), after.Version.ToString());
    }

    [Fact]
    public async Task Deleting_takes_all_silos_and_moves_the_version_on()
    {
        MembershipTableData before = await WithSilosAsync(Entry(1), Entry(2));

        await _table.DeleteMembershipTableEntriesAsync("another cluster", Token);
        Assert.Equal(2, (await _table.ReadAllAsync(Token)).Members.Count);
        await _table.DeleteMembershipTableEntriesAsync("c1", Token);

        MembershipTableData after = await _table.ReadAllAsync(Token);
        Assert.Empty(after.Members);
        Assert.Equal(before.Version.Version + 1, after.Version.Version);
    }

    [Fact]
    public async Task Concurrent_writers_each_succeed_once_per_version()
    {
        const int WritersCount = 8;
        const int UpdatesPerWriter = 25;
        await _table.InitializeMembershipTableAsync(true, Token);

        await Task.WhenAll(Enumerable.Range(1, WritersCount).Select(writer => Task.Run(
            async () =>
            {
                IMembershipTable own = new MembershipTable(_rows, "c1");
                await UntilTrueAsync(async () =>
                    await own.InsertRowAsync(Entry(writer), (await own.ReadAllAsync(Token)).Version.Next(), Token));
                for (int update = 1; update <= UpdatesPerWriter; update++)
                {
                    await own.UpdateIAmAliveAsync(SignOfLife(writer, Noon.AddSeconds(update)), Token);
                    await UntilTrueAsync(async () =>
                    {
                        MembershipTableData data = await own.ReadAllAsync(Token);
                        (MembershipEntry entry, string etag) = data.Get(Silo(writer));
                        entry.UpdateZone++;
                        return await own.UpdateRowAsync(entry, etag, data.Version.Next(), Token);
                    });
                }
            },
            Token)));

        MembershipTableData end = await _table.ReadAllAsync(Token);
        Assert.Equal(WritersCount * (UpdatesPerWriter + 1), end.Version.Version);
        Assert.Equal(WritersCount, end.Members.Count);
        Assert.All(end.Members, member => Assert.Equal(UpdatesPerWriter, member.Item1.UpdateZone));
        Assert.All(end.Members, member => Assert.Equal(Noon.AddSeconds(UpdatesPerWriter), member.Item1.IAmAliveTime));
    }

    [Fact]
    public async Task Every_read_among_writers_is_one_moment()
    {
        // Each update raises one entry's number and the version together, so that the sum of the numbers is the version less the inserts.
        MembershipTableData start = await WithSilosAsync(Entry(1), Entry(2), Entry(3));
        using var done = new CancellationTokenSource();
        Task[] writers =
        [
            .. Enumerable.Range(1, 3).Select(writer => Task.Run(
                async () =>
                {
                    for (int update = 0; update < 50; update++)
                    {
                        await UntilTrueAsync(async () =>
                        {
                            MembershipTableData data = await _table.ReadAllAsync(Token);
                            (MembershipEntry entry, string etag) = data.Get(Silo(writer));
                            entry.UpdateZone++;
                            return await _table.UpdateRowAsync(entry, etag, data.Version.Next(), Token);
                        });
                    }
                },
                Token)),
        ];
        Task all = Task.WhenAll(writers);

        do
        {
            MembershipTableData data = await _table.ReadAllAsync(Token);
            Assert.Equal(data.Version.Version - start.Version.Version, data.Members.Sum(member => member.Item1.UpdateZone));
            await Task.Yield();
        }
        while (!all.IsCompleted);

        await all;
    }

    [Fact]
    public async Task An_entry_is_stored_as_written_down_here()
    {
        // Nodes of different versions share the table: a change of this text is a change of a format.
        MembershipEntry entry = Entry(1, SiloStatus.Active);
        entry.AddSuspector(Silo(2), Noon.AddSeconds(7));
        await WithSilosAsync(entry);

        ClusterTableSnapshot snapshot = await _rows.ReadAllAsync(Token);

        Assert.Equal(
            [
                ("alive/10.0.0.1:2380@101", "639082224000000000"),
                ("silo/10.0.0.1:2380@101",
                    """{"silo":"10.0.0.1:2380@101","status":"Active","name":"0000000000000001","host":"host1","role":"role","""
                    + "\"proxyPort\":30,\"updateZone\":0,\"faultZone\":2,"
                    + "\"started\":\"2026-03-04T12:00:00Z\",\"alive\":\"2026-03-04T12:00:00Z\","
                    + "\"suspicions\":[{\"by\":\"10.0.0.2:2380@102\",\"at\":\"2026-03-04T12:00:07Z\"}]}"),
                ("version", "1"),
            ],
            snapshot.Rows.OrderBy(row => row.Key, StringComparer.Ordinal)
                .Select(row => (row.Key, System.Text.Encoding.UTF8.GetString(row.Value.Value.Span))));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"silo":"10.0.0.1:2380@101","status":"Asleep","name":"","host":"","started":"2026-03-04","alive":"2026-03-04"}""")]
    public async Task A_row_that_is_no_entry_is_an_error(string text)
    {
        await _table.InitializeMembershipTableAsync(true, Token);
        await _rows.TryWriteAsync([RowWrite.Insert("silo/10.0.0.1:2380@101", System.Text.Encoding.UTF8.GetBytes(text))], Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => _table.ReadAllAsync(Token));
    }

    private static async Task UntilTrueAsync(Func<Task<bool>> attempt)
    {
        while (!await attempt())
        {
            await Task.Yield();
        }
    }

    private async Task<MembershipTableData> WithSilosAsync(params MembershipEntry[] entries)
    {
        await _table.InitializeMembershipTableAsync(true, Token);
        foreach (MembershipEntry entry in entries)
        {
            Assert.True(await _table.InsertRowAsync(entry, (await _table.ReadAllAsync(Token)).Version.Next(), Token));
        }

        return await _table.ReadAllAsync(Token);
    }

    private async Task<bool> UpdateAsync(MembershipEntry entry)
    {
        MembershipTableData data = await _table.ReadAllAsync(Token);
        return await _table.UpdateRowAsync(entry, data.Get(entry.SiloAddress).Item2, data.Version.Next(), Token);
    }

    private static SiloAddress Silo(int number) =>
        SiloAddress.New(new IPEndPoint(IPAddress.Parse($"10.0.0.{number}"), 2380), 100 + number);

    private static MembershipEntry Entry(int number, SiloStatus status = SiloStatus.Created) => new()
    {
        SiloAddress = Silo(number),
        Status = status,
        SiloName = ReplicaAddress.NameOf((ulong)number),
        HostName = $"host{number}",
        RoleName = "role",
        ProxyPort = 30,
        FaultZone = 2,
        StartTime = Noon,
        IAmAliveTime = Noon,
    };

    /// <summary>What Orleans sends: nothing but the address and the moment.</summary>
    private static MembershipEntry SignOfLife(int number, DateTime at) => new() { SiloAddress = Silo(number), IAmAliveTime = at };

    private static void AssertSame(MembershipEntry expected, MembershipEntry actual)
    {
        Assert.Equal(MembershipRows.EncodeEntry(expected), MembershipRows.EncodeEntry(actual));
    }
}
