using System.Globalization;
using System.Net;

namespace Coordination.Benchmarks;

/// <summary>Reads the command line. Whatever is wrong with it is said in one sentence that names the option.</summary>
internal static class LoadOptionsParser
{
    private static readonly string[] KnownServers = ["etcd", "coordinator"];

    public static IReadOnlyList<LoadOption> All { get; } =
    [
        new("--servers", "LIST", "servers to start in turn: etcd, coordinator (default etcd; both when --coordinator is given)",
            (options, value) => options with { Servers = ParseNames("server", value, KnownServers) }),
        new("--coordinator", "PATH", "the published coordinator program",
            (options, value) => options with { CoordinatorPath = value }),
        new("--etcd", "PATH", "the etcd program (default: etcd on PATH; installed from Debian's etcd-server when missing)",
            (options, value) => options with { EtcdPath = value }),
        new("--nodes", "N", "processes that form the cluster, 1 or 3 (default 1)",
            (options, value) => options with
            {
                Nodes = ParseNumber(value, 1, 3) is var nodes and not 2 ? nodes : throw new FormatException("must be 1 or 3"),
            }),
        new("--endpoints", "LIST", "IP:PORT of a running cluster to drive, instead of starting servers",
            (options, value) => options with { Endpoints = [.. Split(value).Select(ParseEndpoint)] }),
        new("--pids", "LIST", "with --endpoints: the servers' process ids, for their CPU, memory and disk figures",
            (options, value) => options with { Pids = [.. Split(value).Select(pid => ParseNumber(pid, 1, int.MaxValue))] }),
        new("--workloads", "LIST", "workloads to run, see below (default all)",
            (options, value) => options with { Workloads = ParseNames("workload", value, [.. WorkloadList.Names]) }),
        new("--clients", "N", "clients, each with one request under way (default 200)",
            (options, value) => options with { Clients = ParseNumber(value, 1, 100_000) }),
        new("--connections", "N", "connections that the clients share (default 20)",
            (options, value) => options with { Connections = ParseNumber(value, 1, 10_000) }),
        new("--seconds", "N", "measured seconds of a repetition (default 10)",
            (options, value) => options with { Seconds = ParseNumber(value, 1, 3_600) }),
        new("--warm-up", "N", "seconds of load before that (default 5)",
            (options, value) => options with { WarmUpSeconds = ParseNumber(value, 0, 3_600) }),
        new("--repetitions", "N", "repetitions; the servers alternate in them, A B A B (default 3)",
            (options, value) => options with { Repetitions = ParseNumber(value, 1, 100) }),
        new("--value-bytes", "N", "size of a value (default 256)",
            (options, value) => options with { ValueBytes = ParseNumber(value, LoadKeys.ValueBytesMin, LoadKeys.ValueBytesMax) }),
        new("--key-space", "N", "keys that the requests choose from (default 100000)",
            (options, value) => options with { KeySpace = ParseNumber(value, LoadKeys.KeySpaceMin, LoadKeys.CountMax) }),
        new("--list-keys", "N", "keys in the store when lists are measured (default 200000)",
            (options, value) => options with { ListKeys = ParseNumber(value, Requests.ListLimit, LoadKeys.CountMax) }),
        new("--memory-keys", "N", "keys in the store when memory and restart are measured (default 1000000)",
            (options, value) => options with { MemoryKeys = ParseNumber(value, 1, LoadKeys.CountMax) }),
        new("--data", "DIR", "folder for the servers' data (default: the system's for temporary files); emptied again",
            (options, value) => options with { DataDirectory = value }),
        new("--json", "FILE", "write every repetition's figures there",
            (options, value) => options with { JsonPath = value }),
        new("--help", null, "print this",
            (options, _) => options with { IsHelpWanted = true }),
    ];

    /// <exception cref="LoadException">The command line makes no sense; the message says what to change.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions();
        HashSet<string> given = new(StringComparer.Ordinal);
        for (int i = 0; i < arguments.Count; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            LoadOption option = All.FirstOrDefault(each => each.Name == parts[0])
                ?? throw new LoadException($"there is no option \"{parts[0]}\"; --help lists them.");
            if (!given.Add(option.Name))
            {
                throw new LoadException($"{option.Name} is given twice.");
            }

            string value = string.Empty;
            if (option.ValueName is not null)
            {
                value = parts.Length == 2 ? parts[1]
                    : i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal) ? arguments[++i]
                    : throw new LoadException($"{option.Name} needs a value: {option.Description}.");
            }

            options = Apply(option, options, value);
        }

        return Check(options, given);
    }

    private static LoadOptions Apply(LoadOption option, LoadOptions options, string value)
    {
        try
        {
            return option.Apply(options, value);
        }
        catch (FormatException wrong)
        {
            throw new LoadException($"{option.Name} {value}: {wrong.Message}.", wrong);
        }
    }

    private static LoadOptions Check(LoadOptions options, HashSet<string> given)
    {
        if (options.IsHelpWanted)
        {
            return options;
        }

        if (options.CoordinatorPath is not null && !given.Contains("--servers"))
        {
            options = options with { Servers = KnownServers };
        }

        if (options.Endpoints.Count > 0)
        {
            string[] forStarting = ["--servers", "--coordinator", "--etcd", "--nodes", "--data"];
            return forStarting.FirstOrDefault(given.Contains) is { } useless
                ? throw new LoadException($"{useless} is about servers to start, but --endpoints names running ones: leave one out.")
                : options;
        }

        if (options.Pids.Count > 0)
        {
            throw new LoadException("--pids belongs to --endpoints; the processes of servers started here are known.");
        }

        bool hasCoordinator = options.Servers.Contains("coordinator", StringComparer.Ordinal);
        return hasCoordinator && options.CoordinatorPath is null
            ? throw new LoadException("--servers names coordinator: say with --coordinator PATH where the published program is.")
            : !hasCoordinator && options.CoordinatorPath is not null
                ? throw new LoadException("--coordinator is given, but --servers does not name coordinator.")
                : options;
    }

    private static string[] Split(string value)
    {
        string[] items = value.Split(',', StringSplitOptions.TrimEntries);
        return items.Contains(string.Empty, StringComparer.Ordinal)
            ? throw new FormatException("expected a list with commas and nothing empty in it")
            : items;
    }

    private static string[] ParseNames(string what, string value, IReadOnlyList<string> known)
    {
        string[] names = Split(value);
        return names.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? throw new FormatException($"there is no {what} \"{unknown}\"; there are {string.Join(", ", known)}")
            : names.Distinct(StringComparer.Ordinal).Count() < names.Length
                ? throw new FormatException($"a {what} is named twice")
                : names;
    }

    private static int ParseNumber(string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"expected a whole number from {min} to {max}"));

    private static IPEndPoint ParseEndpoint(string value) =>
        IPEndPoint.TryParse(value, out IPEndPoint? endpoint) && endpoint.Port > 0
            ? endpoint
            : throw new FormatException($"\"{value}\" is not of the form IP:PORT, such as 127.0.0.1:2379");
}
