using System.Globalization;

namespace Coordination.Proxy;

/// <summary>Makes the policy of a service of an entry, setting by setting: one that makes no sense is refused alone.</summary>
internal static class PolicyReader
{
    private const int WeightMax = 1_000_000;
    private const int EjectAfterMax = 1_000;
    private const int RetriesMax = 10;
    private const string BalancingComplaint = "is none of 'power-of-two', 'round-robin', 'least-requests', 'random' and 'hash'";

    public static ServicePolicy Read(ServiceEntry entry, string service, string source, ICollection<Refusal> refusals)
    {
        var fields = new FieldReader($"service {service}", source, refusals);
        return new ServicePolicy
        {
            Expose = entry.Expose,
            Http = fields.Read<UpstreamProtocol>("http", entry.Http, "is neither '1.1' nor '2'", text => text switch
            {
                "1.1" => UpstreamProtocol.Http1,
                "2" => UpstreamProtocol.Http2,
                _ => null,
            }),
            Balancing = fields.Read("balancing", entry.Balancing, BalancingComplaint, FindBalancing) ?? ImpliedBy(entry),
            Hash = fields.Read("hash", entry.Hash, HashKey.Complaint, HashKey.Find),
            Sticky = ReadCookie(entry.Sticky, fields),
            SlowStart = fields.Read("slowStart", entry.SlowStart, Durations.Complaint, Durations.Find),
            Panic = fields.Read<double>("panic", entry.Panic, "is no share such as '30%'", FindShare),
            Split = ReadSplit(entry.Split, fields),
            HealthPath = ReadPath(entry.Health?.Path, fields),
            HealthInterval = ReadTime("health interval", entry.Health?.Interval, fields),
            HealthTimeout = ReadTime("health timeout", entry.Health?.Timeout, fields),
            EjectAfter = ReadCount("ejectAfter", entry.EjectAfter, EjectAfterMax, fields),
            Retries = ReadCount("retries", entry.Retries, RetriesMax, fields),
            TryTimeout = ReadTime("tryTimeout", entry.TryTimeout, fields),
            Timeout = ReadTime("timeout", entry.Timeout, fields),
            IdleTimeout = ReadTime("idleTimeout", entry.IdleTimeout, fields),
        };
    }

    /// <summary>Whoever says what to hash by wants hashing.</summary>
    private static BalancingAlgorithm? ImpliedBy(ServiceEntry entry) =>
        entry is { Balancing: null, Hash: { } hash } && HashKey.Find(hash) is not null ? BalancingAlgorithm.Hash : null;

    private static BalancingAlgorithm? FindBalancing(string text) => text switch
    {
        "power-of-two" => BalancingAlgorithm.PowerOfTwo,
        "round-robin" => BalancingAlgorithm.RoundRobin,
        "least-requests" => BalancingAlgorithm.LeastRequests,
        "random" => BalancingAlgorithm.Random,
        "hash" => BalancingAlgorithm.Hash,
        _ => null,
    };

    private static string? ReadCookie(string? name, FieldReader fields)
    {
        if (name is null || DeclarationCheck.IsToken(name))
        {
            return name;
        }

        fields.Refuse("sticky", name, "is no name of a cookie");
        return null;
    }

    private static double? FindShare(string text) =>
        text.EndsWith('%') && double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var percent) && percent <= 100 ? percent / 100 : null;

    /// <summary>A span of time in which something can happen.</summary>
    private static TimeSpan? ReadTime(string name, string? text, FieldReader fields) => fields.Read<TimeSpan>(
        name, text, $"{Durations.Complaint}, above 0", value => Durations.Find(value) is { } time && time > TimeSpan.Zero ? time : null);

    private static int? ReadCount(string name, int? count, int max, FieldReader fields)
    {
        if (count is not null && (count < 0 || count > max))
        {
            fields.Refuse(name, $"{count}", $"is not between 0 and {max}");
            return null;
        }

        return count;
    }

    private static string? ReadPath(string? path, FieldReader fields)
    {
        if (path is null or "" || DeclarationCheck.FindPathError(path) is null)
        {
            return path;
        }

        fields.Refuse("health path", path, "is no path");
        return null;
    }

    /// <summary>The shares, all or none: one less would change the meaning of the others.</summary>
    private static IReadOnlyList<SplitShare>? ReadSplit(IReadOnlyList<SplitEntry>? shares, FieldReader fields)
    {
        if (shares is null)
        {
            return null;
        }

        foreach (var share in shares)
        {
            if (share is not { Weight: >= 0 and <= WeightMax })
            {
                fields.Refuse("split", $"{share}", $"has a share without a weight from 0 to {WeightMax}");
                return null;
            }
        }

        return [.. shares.Select(share => new SplitShare(share.Version, share.Tag, share.Weight!.Value))];
    }
}
