using System.Globalization;
using System.Text.Json;

namespace Coordination.Server;

/// <summary>
/// Keeps a member that lost its data from coming back empty under its old id: what it once acknowledged counted for a majority, and with
/// its empty log it would elect leaders that lack it. So a member without data begins only when a majority of the members, itself included,
/// can be asked and none of them knows it as one that has begun before. Used once, before the store of a new directory is opened.
/// </summary>
internal sealed partial class BootstrapCheck(StoredIdentity identity, TimeProvider time, ILogger<BootstrapCheck> logger)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two reports that it still waits.</summary>
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(5);

    /// <summary>Completes when the member may begin.</summary>
    /// <exception cref="NodeStartException">It has begun before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = AnswerTimeout };
        using var http = new HttpClient(handler) { Timeout = AnswerTimeout };
        int quorum = (identity.Members.Count / 2) + 1;
        long reported = time.GetTimestamp();
        while (true)
        {
            bool?[] answers = await Task.WhenAll(identity.Members
                .Where(member => member.Id != identity.MemberId)
                .Select(member => AskAsync(http, member, cancellationToken)));
            if (answers.Contains(true))
            {
                throw new NodeStartException(
                    $"Member {identity.MemberId:x} ('{identity.Self.Name}') of cluster {identity.ClusterId:x} has run before, and its data "
                    + "directory is empty now. Started without what it acknowledged, it could make the cluster lose writes. Give the "
                    + "--data-dir that it had, or restore that directory from a copy.");
            }

            int asked = 1 + answers.Count(static answer => answer is not null);
            if (asked >= quorum)
            {
                return;
            }

            if (time.GetElapsedTime(reported) >= ReportInterval)
            {
                reported = time.GetTimestamp();
                LogWaiting(identity.Members.Count, quorum, asked);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Whether a member knows this one as begun; null when it cannot be asked.</summary>
    private async Task<bool?> AskAsync(HttpClient http, InitialMember member, CancellationToken cancellationToken)
    {
        foreach (string url in member.PeerUrls)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(new Uri(new Uri(url), MemberEndpoints.Path), cancellationToken);
                if (answer.IsSuccessStatusCode && answer.Headers.TryGetValues(MemberEndpoints.ClusterHeader, out var cluster)
                    && cluster.Contains(identity.ClusterId.ToString("x", CultureInfo.InvariantCulture)))
                {
                    return HasBegun(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
                }
            }
            catch (Exception failure) when (
                failure is HttpRequestException or IOException or JsonException or InvalidOperationException or KeyNotFoundException
                || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // It is not there yet, or is somebody else: the next URL, or the next attempt.
            }
        }

        return null;
    }

    /// <summary>A member that has begun has said where clients find it.</summary>
    private bool HasBegun(byte[] members)
    {
        using var json = JsonDocument.Parse(members);
        return json.RootElement.EnumerateArray().Any(member =>
            member.GetProperty("id").GetUInt64() == identity.MemberId && member.GetProperty("clientURLs").GetArrayLength() > 0);
    }

    [LoggerMessage(
        EventId = 5014, Level = LogLevel.Warning,
        Message = "this member is new, and begins when {Quorum} of the {Members} members of the cluster run; {Running} do")]
    private partial void LogWaiting(int members, int quorum, int running);
}
