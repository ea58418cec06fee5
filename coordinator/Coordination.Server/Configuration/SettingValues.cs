using System.Diagnostics.CodeAnalysis;

namespace Coordination.Server;

/// <summary>The values that were given and understood.</summary>
internal sealed class SettingValues
{
    private readonly Dictionary<Setting, (object? Value, GivenSetting Given)> _values = [];

    public bool IsGiven(Setting setting) => _values.ContainsKey(setting);

    public T Get<T>(Setting<T> setting) =>
        _values.TryGetValue(setting, out (object? Value, GivenSetting Given) found) && found.Value is T value ? value : setting.Default;

    /// <summary>How messages name a setting: as it was given, or as the flag it would be.</summary>
    public string Describe(Setting setting) =>
        _values.TryGetValue(setting, out (object? Value, GivenSetting Given) found) ? found.Given.ToString() : $"--{setting.Name}";

    /// <summary>
    /// Adds a value; those of the command line must come first. Of one name the last value counts, as with any command line; under two
    /// names the values must not differ.
    /// </summary>
    public bool TryAdd<T>(Setting<T> setting, T value, GivenSetting given, [NotNullWhen(false)] out GivenSetting? other)
    {
        other = null;
        if (_values.TryGetValue(setting, out (object? Value, GivenSetting Given) found))
        {
            if (found.Given.Source != given.Source)
            {
                return true;
            }

            if (found.Given.Name != given.Name && found.Given.Text != given.Text)
            {
                other = found.Given;
                return false;
            }
        }

        _values[setting] = (value, given);
        return true;
    }
}
