using System.Text.Json.Serialization;
using Orleans.Runtime;

namespace Coordination.Silo;

/// <summary>The entry of a silo as it is stored. Nodes of different versions read each other's: members are added, never changed.</summary>
internal sealed record MembershipRecord
{
    public required string Silo { get; init; }

    public required SiloStatus Status { get; init; }

    public required string Name { get; init; }

    public required string Host { get; init; }

    public string? Role { get; init; }

    public int ProxyPort { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public required DateTime Started { get; init; }

    public required DateTime Alive { get; init; }

    public IReadOnlyList<MembershipSuspicion> Suspicions { get; init; } = [];

    public static MembershipRecord From(MembershipEntry entry) => new()
    {
        Silo = entry.SiloAddress.ToParsableString(),
        Status = entry.Status,
        Name = entry.SiloName ?? string.Empty,
        Host = entry.HostName ?? string.Empty,
        Role = entry.RoleName,
        ProxyPort = entry.ProxyPort,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        Started = InUtc(entry.StartTime),
        Alive = InUtc(entry.IAmAliveTime),
        Suspicions =
        [
            .. from vote in entry.SuspectTimes ?? []
               select new MembershipSuspicion(vote.Item1.ToParsableString(), InUtc(vote.Item2)),
        ],
    };

    public MembershipEntry ToEntry() => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Silo),
        Status = Status,
        SiloName = Name,
        HostName = Host,
        RoleName = Role,
        ProxyPort = ProxyPort,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = Started,
        IAmAliveTime = Alive,
        SuspectTimes = [.. Suspicions.Select(vote => Tuple.Create(SiloAddress.FromParsableString(vote.By), vote.At))],
    };

    private static DateTime InUtc(DateTime time) =>
        time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
}

/// <summary>The vote of a silo that another one is dead.</summary>
internal sealed record MembershipSuspicion(string By, DateTime At);

/// <summary>How entries are written: names of statuses, not their numbers, so that people can read them.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MembershipRecord))]
internal sealed partial class MembershipJson : JsonSerializerContext;
