using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>
/// Orleans' membership in the cluster's own table, so that a cluster needs no other system to form. A change of a silo's entry and of
/// the membership's version is one write under the conditions of both; what it was based on is named by the rows' versions, which serve
/// as Orleans' etags. An error of the table is passed on as it is: Orleans then keeps the view it has. Called by the silo, on any
/// thread; holds no state.
/// </summary>
internal sealed class MembershipTable(IClusterTable table, string ownClusterId) : IMembershipTable
{
    /// <summary>How many silos one write of <see cref="CleanupDefunctSiloEntriesAsync"/> removes, to keep the write small.</summary>
    private const int RemovedSilosMax = 32;

    /// <summary>How often a write that makes no decision is tried again when somebody else was faster.</summary>
    private const int AttemptsMax = 5;

    /// <inheritdoc/>
    public async Task InitializeMembershipTableAsync(bool tryInitTableVersion, CancellationToken cancellationToken = default)
    {
        ClusterTableSnapshot snapshot = await table.ReadAllAsync(cancellationToken);
        if (tryInitTableVersion && !snapshot.Rows.ContainsKey(MembershipRows.VersionKey))
        {
            // When somebody else was faster, the row is there: that is all that is wanted.
            await table.TryWriteAsync([RowWrite.Insert(MembershipRows.VersionKey, MembershipRows.EncodeNumber(0))], cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<MembershipTableData> ReadAllAsync(CancellationToken cancellationToken = default)
    {
        ClusterTableSnapshot snapshot = await table.ReadAllAsync(cancellationToken);
        return new MembershipTableData(
            [.. snapshot.Rows.Keys.Where(MembershipRows.IsSiloKey).Select(key => ReadEntry(snapshot, key))], ReadVersion(snapshot));
    }

    /// <inheritdoc/>
    public async Task<MembershipTableData> ReadRowAsync(SiloAddress key, CancellationToken cancellationToken = default)
    {
        ClusterTableSnapshot snapshot = await table.ReadAllAsync(cancellationToken);
        string row = MembershipRows.SiloKey(key);
        return snapshot.Rows.ContainsKey(row)
            ? new MembershipTableData(ReadEntry(snapshot, row), ReadVersion(snapshot))
            : new MembershipTableData(ReadVersion(snapshot));
    }

    /// <inheritdoc/>
    public async Task<bool> InsertRowAsync(MembershipEntry entry, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        if (!TryParseETag(tableVersion.VersionEtag, out long version))
        {
            return false;
        }

        return await table.TryWriteAsync(
            [
                RowWrite.Replace(MembershipRows.VersionKey, version, MembershipRows.EncodeNumber(tableVersion.Version)),
                RowWrite.Insert(MembershipRows.SiloKey(entry.SiloAddress), MembershipRows.EncodeEntry(entry)),
                RowWrite.Insert(MembershipRows.AliveKey(entry.SiloAddress), EncodeAlive(entry)),
            ],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> UpdateRowAsync(
        MembershipEntry entry, string etag, TableVersion tableVersion, CancellationToken cancellationToken = default)
    {
        if (!TryParseETag(tableVersion.VersionEtag, out long version) || !TryParseETag(etag, out long row))
        {
            return false;
        }

        return await table.TryWriteAsync(
            [
                RowWrite.Replace(MembershipRows.VersionKey, version, MembershipRows.EncodeNumber(tableVersion.Version)),
                RowWrite.Replace(MembershipRows.SiloKey(entry.SiloAddress), row, MembershipRows.EncodeEntry(entry)),
            ],
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Only the moment of the entry means something. It is written without a look at what is there, but never for a silo that is not in
    /// the table: one that was removed stays removed.
    /// </remarks>
    public async Task UpdateIAmAliveAsync(MembershipEntry entry, CancellationToken cancellationToken = default) =>
        await table.TryWriteAsync(
            [RowWrite.Overwrite(MembershipRows.AliveKey(entry.SiloAddress), EncodeAlive(entry))], cancellationToken);

    /// <inheritdoc/>
    /// <remarks>
    /// Leaves the membership's version alone: everybody has known for long that these silos are dead. What changed since it was read is
    /// not removed; Orleans asks again from time to time.
    /// </remarks>
    public async Task CleanupDefunctSiloEntriesAsync(DateTimeOffset beforeDate, CancellationToken cancellationToken = default)
    {
        ClusterTableSnapshot snapshot = await table.ReadAllAsync(cancellationToken);
        IEnumerable<SiloAddress> defunct =
            from key in snapshot.Rows.Keys
            where MembershipRows.IsSiloKey(key)
            let entry = MembershipRows.DecodeEntry(key, snapshot)
            where entry.Status == SiloStatus.Dead && LastHeardOf(entry) < beforeDate
            select entry.SiloAddress;
        foreach (SiloAddress[] silos in defunct.Chunk(RemovedSilosMax))
        {
            await table.TryWriteAsync([.. silos.SelectMany(silo => DeleteSilo(snapshot, silo))], cancellationToken);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The version goes on, so that a silo that is still there learns that it is not in the table any more.</remarks>
    public async Task DeleteMembershipTableEntriesAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        if (clusterId != ownClusterId)
        {
            return;
        }

        for (int attempt = 1; !await TryDeleteAllAsync(cancellationToken); attempt++)
        {
            if (attempt == AttemptsMax)
            {
                throw new InvalidOperationException("The entries of the membership change too often to be deleted.");
            }
        }
    }

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task InitializeMembershipTable(bool tryInitTableVersion) =>
        InitializeMembershipTableAsync(tryInitTableVersion, CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task DeleteMembershipTableEntries(string clusterId) => DeleteMembershipTableEntriesAsync(clusterId, CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => CleanupDefunctSiloEntriesAsync(beforeDate, CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task<MembershipTableData> ReadRow(SiloAddress key) => ReadRowAsync(key, CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task<MembershipTableData> ReadAll() => ReadAllAsync(CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        InsertRowAsync(entry, tableVersion, CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        UpdateRowAsync(entry, etag, tableVersion, CancellationToken.None);

    /// <inheritdoc/>
    [Obsolete("Superseded by its twin with a token.")]
    public Task UpdateIAmAlive(MembershipEntry entry) => UpdateIAmAliveAsync(entry, CancellationToken.None);

    private async Task<bool> TryDeleteAllAsync(CancellationToken cancellationToken)
    {
        ClusterTableSnapshot snapshot = await table.ReadAllAsync(cancellationToken);
        TableVersion next = ReadVersion(snapshot).Next();
        RowWrite[] deletions =
        [
            .. from row in snapshot.Rows
               where row.Key != MembershipRows.VersionKey
               select RowWrite.Delete(row.Key, row.Value.Version),
        ];
        ClusterTableRow version = snapshot.Rows[MembershipRows.VersionKey];
        return deletions.Length == 0 || await table.TryWriteAsync(
            [RowWrite.Replace(MembershipRows.VersionKey, version.Version, MembershipRows.EncodeNumber(next.Version)), .. deletions],
            cancellationToken);
    }

    private static Tuple<MembershipEntry, string> ReadEntry(ClusterTableSnapshot snapshot, string key) =>
        Tuple.Create(MembershipRows.DecodeEntry(key, snapshot), ETagOf(snapshot.Rows[key]));

    /// <exception cref="InvalidDataException">The table was never initialized: that is no membership, and not an empty one.</exception>
    private static TableVersion ReadVersion(ClusterTableSnapshot snapshot) =>
        snapshot.Rows.TryGetValue(MembershipRows.VersionKey, out ClusterTableRow? row)
            ? new TableVersion(checked((int)MembershipRows.DecodeNumber(MembershipRows.VersionKey, row)), ETagOf(row))
            : throw new InvalidDataException("The membership in the cluster's table has no version.");

    private static IEnumerable<RowWrite> DeleteSilo(ClusterTableSnapshot snapshot, SiloAddress silo) =>
        from key in (string[])[MembershipRows.SiloKey(silo), MembershipRows.AliveKey(silo)]
        where snapshot.Rows.ContainsKey(key)
        select RowWrite.Delete(key, snapshot.Rows[key].Version);

    private static DateTime LastHeardOf(MembershipEntry entry) =>
        (entry.SuspectTimes ?? []).Select(vote => vote.Item2).Append(entry.StartTime).Append(entry.IAmAliveTime).Max();

    private static byte[] EncodeAlive(MembershipEntry entry) => MembershipRows.EncodeNumber(entry.IAmAliveTime.Ticks);

    private static string ETagOf(ClusterTableRow row) => row.Version.ToString(CultureInfo.InvariantCulture);

    private static bool TryParseETag(string? etag, out long version) =>
        long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out version);
}
