namespace Coordination.Server;

/// <summary>
/// A setting of etcd for something that does not exist here (yet). It is refused rather than overlooked, since whoever gives it relies on
/// its effect; except for the values that ask for nothing, which scripts and manifests often spell out.
/// </summary>
/// <param name="name">The name of the flag, without dashes in front.</param>
/// <param name="isBoolean">Whether the flag may stand without a value.</param>
/// <param name="reason">How the sentence goes on that begins with what was given.</param>
/// <param name="harmless">The values that ask for nothing; the empty one always does.</param>
internal sealed class RefusedSetting(string name, bool isBoolean, string reason, params string[] harmless) : Setting(name, isBoolean)
{
    /// <inheritdoc/>
    public override void Read(GivenSetting given, SettingValues values, ConfigurationReport report)
    {
        bool asksForNothing = given.Text.Length == 0
            || harmless.Contains(given.Text, StringComparer.OrdinalIgnoreCase)
            || (IsBoolean && SettingParsers.Boolean(given, out bool value) is null && harmless.Contains(value ? "true" : "false"));
        if (!asksForNothing)
        {
            report.Refuse($"{given} {reason}; remove it.");
        }
    }
}
