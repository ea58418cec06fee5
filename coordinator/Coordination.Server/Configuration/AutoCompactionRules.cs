using System.Globalization;

namespace Coordination.Server;

/// <summary>Reads the retention of automatic compaction, whose meaning depends on the mode.</summary>
internal static class AutoCompactionRules
{
    private static readonly AutoCompactionOptions Off = new(Period: null, Revisions: null);

    public static AutoCompactionOptions Read(SettingValues values, ConfigurationReport report)
    {
        string retention = values.Get(Settings.AutoCompactionRetention);
        bool isNumber = long.TryParse(retention, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        if (values.Get(Settings.AutoCompactionMode) == "revision")
        {
            if (!isNumber)
            {
                report.Refuse(
                    $"{values.Describe(Settings.AutoCompactionRetention)} must be a number of revisions with "
                    + "--auto-compaction-mode=revision; for a time use --auto-compaction-mode=periodic.");
            }

            return isNumber && number > 0 ? Off with { Revisions = number } : Off;
        }

        // A plain number means hours, as in etcd.
        TimeSpan period = TimeSpan.Zero;
        bool isPeriod = isNumber
            ? GoDuration.TryParse($"{retention}h", out period)
            : GoDuration.TryParse(retention, out period) && period >= TimeSpan.Zero;
        if (!isPeriod)
        {
            report.Refuse(
                $"{values.Describe(Settings.AutoCompactionRetention)} must be a time such as 30m, or a number of hours, "
                + "with --auto-compaction-mode=periodic.");
        }

        return isPeriod && period > TimeSpan.Zero ? Off with { Period = period } : Off;
    }
}
