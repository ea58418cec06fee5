using System.Text.Json.Serialization;

namespace Coordination.Proxy;

/// <summary>What the proxy says about itself.</summary>
/// <param name="IsLive">Whether the registry has answered since the start; what is known is from the last run otherwise.</param>
/// <param name="DocumentVersion">The version of the configuration document in force; 0 for none.</param>
/// <param name="PlansApplied">How often what is routed has changed.</param>
/// <param name="Routes">The routes, in the order in which they are tried.</param>
/// <param name="Services">The services.</param>
/// <param name="Refusals">What was declared and does not count.</param>
internal sealed record AdminReport(
    bool IsLive, long DocumentVersion, long PlansApplied, IReadOnlyList<AdminRoute> Routes, IReadOnlyList<AdminService> Services,
    IReadOnlyList<Refusal> Refusals);

/// <summary>A route.</summary>
internal sealed record AdminRoute(
    string Id, string Service, string Path, IReadOnlyList<string> Hosts, IReadOnlyDictionary<string, string> Headers,
    IReadOnlyList<string> Methods, int Rank);

/// <summary>A service and all its instances.</summary>
internal sealed record AdminService(string Name, IReadOnlyList<AdminInstance> Instances);

/// <summary>An instance.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Address">Where requests to it go; null when it has no address.</param>
/// <param name="IsUsed">Whether it is given requests.</param>
/// <param name="Reasons">Why it is not, or would not be if others were; what it says of itself, and what the proxy found.</param>
/// <param name="Requests">Its requests under way from this proxy.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Zone">Its zone.</param>
/// <param name="Version">Its version.</param>
internal sealed record AdminInstance(
    string Id, string? Address, bool IsUsed, IReadOnlyList<string> Reasons, int Requests, int Weight, string? Zone, string? Version);

/// <summary>How the report is written.</summary>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdminReport))]
internal sealed partial class AdminJson : JsonSerializerContext;
