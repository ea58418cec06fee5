using System.Collections.Frozen;

namespace Coordination.Server;

/// <summary>Finds settings by any of their names.</summary>
internal static class SettingTable
{
    private static readonly FrozenDictionary<string, Setting> ByName = Index(static name => name);
    private static readonly FrozenDictionary<string, Setting> ByEnvironmentName = Index(Setting.EnvironmentName);

    /// <summary>Every setting that is known, of whatever kind.</summary>
    public static IEnumerable<Setting> All => Settings.All.OfType<Setting>().Concat(OtherSettings.All);

    public static Setting? Find(string name) => ByName.GetValueOrDefault(name);

    public static Setting? FindByEnvironmentName(string variable) => ByEnvironmentName.GetValueOrDefault(variable);

    private static FrozenDictionary<string, Setting> Index(Func<string, string> key) =>
        All.SelectMany(setting => setting.Aliases.Prepend(setting.Name), (setting, name) => KeyValuePair.Create(key(name), setting))
            .ToFrozenDictionary(StringComparer.Ordinal);
}
