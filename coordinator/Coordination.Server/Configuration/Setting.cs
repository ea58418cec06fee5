namespace Coordination.Server;

/// <summary>
/// One setting by etcd's name: a flag <c>--name</c>, an environment variable, and a key of the configuration file. All there are stand in
/// <see cref="Settings"/>.
/// </summary>
/// <param name="name">The name of the flag, without dashes in front.</param>
/// <param name="isBoolean">Whether the flag may stand without a value.</param>
internal abstract class Setting(string name, bool isBoolean)
{
    private const string EnvironmentPrefix = "ETCD_";

    public string Name { get; } = name;

    public bool IsBoolean { get; } = isBoolean;

    /// <summary>Other names of the same setting, from other releases of etcd.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The name of the environment variable of a flag.</summary>
    public static string EnvironmentName(string name) => EnvironmentPrefix + name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Reads a value that was given.</summary>
    /// <param name="given">The value and where it comes from.</param>
    /// <param name="values">Takes the value.</param>
    /// <param name="report">Takes what is wrong with it, or worth knowing.</param>
    public abstract void Read(GivenSetting given, SettingValues values, ConfigurationReport report);
}

/// <summary>A setting that has an effect.</summary>
/// <param name="name">The name of the flag, without dashes in front.</param>
/// <param name="parser">Reads a value.</param>
/// <param name="defaultValue">The value when none is given.</param>
internal sealed class Setting<T>(string name, SettingParser<T> parser, T defaultValue)
    : Setting(name, typeof(T) == typeof(bool)), IDescribedSetting
{
    public T Default { get; } = defaultValue;

    /// <inheritdoc/>
    public required SettingGroup Group { get; init; }

    /// <inheritdoc/>
    public required string DefaultText { get; init; }

    /// <inheritdoc/>
    public required string Help { get; init; }

    /// <inheritdoc/>
    public override void Read(GivenSetting given, SettingValues values, ConfigurationReport report)
    {
        if (parser(given, out T value) is { } problem)
        {
            report.Refuse($"{given} {problem}.");
        }
        else if (!values.TryAdd(this, value, given, out GivenSetting? other))
        {
            report.Refuse($"{given} and {other} are the same setting with different values; keep one of them.");
        }
    }
}
