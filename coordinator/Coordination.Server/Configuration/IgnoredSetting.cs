namespace Coordination.Server;

/// <summary>
/// A setting that tunes a part of etcd which works differently here. Nobody's data or clients depend on it, so it is only noted.
/// </summary>
/// <param name="name">The name of the flag, without dashes in front.</param>
/// <param name="isBoolean">Whether the flag may stand without a value.</param>
/// <param name="reason">How the sentence goes on that begins with the name and "has no effect".</param>
internal sealed class IgnoredSetting(string name, bool isBoolean, string reason) : Setting(name, isBoolean)
{
    /// <inheritdoc/>
    public override void Read(GivenSetting given, SettingValues values, ConfigurationReport report)
    {
        if (given.Text.Length > 0)
        {
            report.Note($"{given.Label} has no effect: {reason}.");
        }
    }
}
