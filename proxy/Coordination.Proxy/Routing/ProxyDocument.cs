using System.Collections.Immutable;
using System.Text.Json;

namespace Coordination.Proxy;

/// <summary>
/// The configuration document, read: docs/proxy.md. A route or a setting in it that makes no sense is refused alone. Immutable.
/// </summary>
/// <param name="Version">The number of the version; 0 for none.</param>
/// <param name="Services">How services are to be treated, by name.</param>
/// <param name="Routes">The routes.</param>
/// <param name="Refusals">What is wrong with it.</param>
internal sealed record ProxyDocument(
    long Version,
    ImmutableDictionary<string, ServicePolicy> Services,
    IReadOnlyList<RouteDeclaration> Routes,
    IReadOnlyList<Refusal> Refusals)
{
    public static ProxyDocument Empty { get; } = new(
        0, ImmutableDictionary.Create<string, ServicePolicy>(StringComparer.Ordinal), [], []);

    private static readonly JsonDocumentOptions Reading = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads a version.</summary>
    /// <param name="document">The version; null for none.</param>
    /// <param name="current">What is kept when it cannot be read at all.</param>
    public static ProxyDocument Read(StoredDocument? document, ProxyDocument current)
    {
        if (document is null)
        {
            return Empty;
        }

        var source = $"version {document.Version} of the document";
        try
        {
            using var json = JsonDocument.Parse(document.Text, Reading);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Read(json.RootElement, document.Version, source)
                : current with { Refusals = [new Refusal("the document", source, "it is no JSON object; the one before stays.")] };
        }
        catch (JsonException unreadable)
        {
            return current with { Refusals = [new Refusal("the document", source, $"{unreadable.Message} The one before stays.")] };
        }
    }

    private static ProxyDocument Read(JsonElement root, long version, string source)
    {
        List<Refusal> refusals = [];
        List<RouteDeclaration> routes = [];
        var services = Empty.Services.ToBuilder();
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name, member.Value.ValueKind)
            {
                case ("services", JsonValueKind.Object):
                    ReadServices(member.Value, source, services, refusals);
                    break;
                case ("routes", JsonValueKind.Array):
                    ReadRoutes(member.Value, source, routes, refusals);
                    break;
                default:
                    refusals.Add(new Refusal(member.Name, source, "it is neither the object 'services' nor the list 'routes'."));
                    break;
            }
        }

        return new ProxyDocument(version, services.ToImmutable(), routes, refusals);
    }

    private static void ReadServices(
        JsonElement members, string source, ImmutableDictionary<string, ServicePolicy>.Builder services, List<Refusal> refusals)
    {
        foreach (var member in members.EnumerateObject())
        {
            try
            {
                var entry = member.Value.Deserialize(DocumentJson.Default.ServiceEntry) ?? new ServiceEntry();
                services[member.Name] = PolicyReader.Read(entry, member.Name, source, refusals);
            }
            catch (JsonException unreadable)
            {
                refusals.Add(new Refusal($"service {member.Name}", source, unreadable.Message));
            }
        }
    }

    private static void ReadRoutes(JsonElement members, string source, List<RouteDeclaration> routes, List<Refusal> refusals)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        var position = 0;
        foreach (var member in members.EnumerateArray())
        {
            var subject = $"route {++position}";
            try
            {
                var entry = member.Deserialize(DocumentJson.Default.RouteEntry);
                if (entry is not { Name.Length: > 0, Service.Length: > 0 })
                {
                    refusals.Add(new Refusal(subject, source, "it has no name or no service."));
                }
                else if (!names.Add(entry.Name))
                {
                    refusals.Add(new Refusal($"route {entry.Name}", source, "another one before it has the same name."));
                }
                else
                {
                    routes.AddRange(RouteReader.Read(entry, entry.Name, entry.Service, source, refusals)
                        .Select(route => route with { IsStated = true }));
                }
            }
            catch (JsonException unreadable)
            {
                refusals.Add(new Refusal(subject, source, unreadable.Message));
            }
        }
    }
}
