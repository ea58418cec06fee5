using System.Globalization;
using System.Text.Json;

namespace Coordination.Server;

/// <summary>What the peer port answers to plain HTTP: etcd's <c>/version</c> and <c>/members</c>.</summary>
internal static class MemberEndpoints
{
    private const string ClusterHeader = "X-Etcd-Cluster-Id";

    public static void Map(IEndpointRouteBuilder endpoints, ClusterMembers members)
    {
        endpoints.MapGet("/version", HttpEndpoints.AnswerVersionAsync);
        endpoints.MapGet("/members", context => AnswerAsync(context, members));
    }

    private static async Task AnswerAsync(HttpContext context, ClusterMembers members)
    {
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
