using System.Globalization;
using System.Text.Json;

namespace Coordination.Server;

/// <summary>What the peer port answers to plain HTTP: etcd's <c>/version</c> and <c>/members</c>.</summary>
internal static class MemberEndpoints
{
    /// <summary>Where the list of members is.</summary>
    public const string Path = "/members";

    /// <summary>The header that has the cluster's id.</summary>
    public const string ClusterHeader = "X-Etcd-Cluster-Id";

    public static void Map(IEndpointRouteBuilder endpoints, ClusterMembers members)
    {
        endpoints.MapGet("/version", HttpEndpoints.AnswerVersionAsync);
        endpoints.MapGet(Path, context => AnswerAsync(context, members));
    }

    private static async Task AnswerAsync(HttpContext context, ClusterMembers members)
    {
        if (!members.IsKnown)
        {
            // Whoever asks must not take it for a cluster that has not begun.
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.Headers[ClusterHeader] = members.ClusterId.ToString("x", CultureInfo.InvariantCulture);
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (ClusterMember member in members.All)
        {
            json.WriteStartObject();
            json.WriteNumber("id", member.Id);
            Write(json, "peerURLs", member.PeerUrls);
            json.WriteString("name", member.Name);
            Write(json, "clientURLs", member.ClientUrls);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<string> urls)
    {
        json.WriteStartArray(name);
        foreach (string url in urls)
        {
            json.WriteStringValue(url);
        }

        json.WriteEndArray();
    }
}
