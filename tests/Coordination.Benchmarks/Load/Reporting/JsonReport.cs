using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Benchmarks;

/// <summary>Writes every figure of a session to a file, repetition by repetition, for machines.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <exception cref="LoadException">The file cannot be written.</exception>
    public static void Write(string path, LoadSession session)
    {
        LoadOptions options = session.Options;
        try
        {
            using FileStream file = File.Create(path);
            JsonSerializer.Serialize(
                file,
                new
                {
                    Machine = MachineDescription.Read(),
                    session.FileSystem,
                    Servers = session.Targets.Select(target => new { target.Name, target.Version }),
                    Options = new
                    {
                        options.Nodes,
                        options.Clients,
                        options.Connections,
                        options.Seconds,
                        options.WarmUpSeconds,
                        options.Repetitions,
                        options.ValueBytes,
                        options.KeySpace,
                        options.ListKeys,
                        options.MemoryKeys,
                    },
                    session.Measurements,
                    session.Failures,
                },
                Format);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            throw new LoadException($"--json {path}: {unusable.Message}", unusable);
        }
    }
}
