using System.Globalization;

namespace Coordination.Simulation;

/// <summary>Reads the command line; the first thing that it does not understand ends it with a sentence.</summary>
internal static class ArgumentParser
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Usage = """
        Runs simulated clusters, each built from one seed, and checks the rules of the protocol at every step.

        --seed N           run one seed
        --seeds A..B       run the seeds from A to B (default 1..100)
        --minutes M        run seeds from a new first one for M minutes
        --max-seconds S    stop after S seconds, whatever is left
        --nodes N          1 to 7 nodes instead of what the seed says
        --partitions P     1 to 8 partitions instead of what the seed says
        --profile NAME     calm, lossy, partitions, crashes, disks, churn or everything instead of what the seed says
        --state NAME       registers or store, what is replicated, instead of what the seed says
        --replicas NAME    core or production, what drives the cores (default core)
        --steps K          steps of the phase with faults instead of what the seed says
        --threads T        run T seeds side by side (default 1)
        --list             print a line for each seed
        --trace            print everything that happens (best with --seed)
        --help             this text

        Exit code 0: no rule was broken. 1: a rule was broken; its seed and a trace were printed. 2: the arguments make no sense.
        """;

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="FormatException">Something makes no sense; the message says what.</exception>
    public static SimulationArguments Parse(IReadOnlyList<string> arguments)
    {
        var result = new SimulationArguments { FirstSeed = 1, LastSeed = 100 };
        for (int i = 0; i < arguments.Count; i++)
        {
            result = arguments[i] switch
            {
                "--help" or "-h" => result with { ShowsHelp = true },
                "--trace" => result with { PrintsTrace = true },
                "--list" => result with { PrintsSeeds = true },
                _ => WithValue(result, arguments[i], i + 1 < arguments.Count ? arguments[++i] : null),
            };
        }

        return result;
    }

    private static SimulationArguments WithValue(SimulationArguments result, string name, string? value)
    {
        var overrides = result.Overrides;
        return name switch
        {
            "--seed" => result with { FirstSeed = Number(name, value), LastSeed = Number(name, value) },
            "--seeds" => WithRange(result, value),
            "--minutes" => result with { FirstSeed = null, LastSeed = null, MaxTime = TimeSpan.FromMinutes(Positive(name, value)) },
            "--max-seconds" => result with { MaxTime = TimeSpan.FromSeconds(Positive(name, value)) },
            "--nodes" => result with { Overrides = overrides with { Nodes = Count(name, value, 7) } },
            "--partitions" => result with { Overrides = overrides with { Partitions = Count(name, value, 8) } },
            "--profile" => result with { Overrides = overrides with { Profile = Named<FaultProfile>(name, value) } },
            "--state" => result with { Overrides = overrides with { State = Named<StateMachineKind>(name, value) } },
            "--replicas" => result with { Overrides = overrides with { Replicas = Named<ReplicaKind>(name, value) } },
            "--steps" => result with { Overrides = overrides with { Steps = Count(name, value, int.MaxValue) } },
            "--threads" => result with { Threads = Count(name, value, 256) },
            _ => throw new FormatException($"There is no option {name}; --help lists them."),
        };
    }

    private static SimulationArguments WithRange(SimulationArguments result, string? value)
    {
        string[] parts = (value ?? string.Empty).Split("..");
        if (parts.Length != 2)
        {
            throw new FormatException($"--seeds needs two numbers as in 1..100, not '{value}'.");
        }

        ulong first = Number("--seeds", parts[0]);
        ulong last = Number("--seeds", parts[1]);
        return first <= last
            ? result with { FirstSeed = first, LastSeed = last }
            : throw new FormatException($"--seeds {value} ends before it begins.");
    }

    private static ulong Number(string name, string? value) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : throw new FormatException($"{name} needs a whole number, not '{value}'.");

    private static double Positive(string name, string? value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number is > 0 and < 1_000_000
            ? number
            : throw new FormatException($"{name} needs a positive number, not '{value}'.");

    private static int Count(string name, string? value, int max)
    {
        ulong number = Number(name, value);
        return number >= 1 && number <= (ulong)max
            ? (int)number
            : throw new FormatException($"{name} must be between 1 and {max}, not {value}.");
    }

    private static T Named<T>(string name, string? value)
        where T : struct, Enum =>
        Enum.TryParse(value, ignoreCase: true, out T named) && Enum.IsDefined(named) && !char.IsAsciiDigit(value![0])
            ? named
            : throw new FormatException($"{name} knows no '{value}'.");
}
