namespace Coordination.Server;

/// <summary>Maps etcd's feature gates, the newer names of some switches, to what they switch.</summary>
internal static class FeatureGateRules
{
    private const string Checkpoint = "LeaseCheckpoint";
    private const string CheckpointPersist = "LeaseCheckpointPersist";

    /// <summary>Gates of etcd whose features are always on here, or have no counterpart.</summary>
    private static readonly string[] WithoutEffect =
    [
        "AllAlpha", "AllBeta", "CompactHashCheck", "InitialCorruptCheck", "SetMemberLocalAddr", "StopGRPCServiceOnDefrag",
        "TxnModeWriteWithSharedBuffer",
    ];

    /// <summary>Whether leases are checkpointed, and whether that survives a restart.</summary>
    public static (bool Checkpoint, bool Persist) ReadLeaseCheckpoints(SettingValues values, ConfigurationReport report)
    {
        IReadOnlyDictionary<string, bool> gates = values.Get(Settings.FeatureGates);
        foreach (string gate in gates.Keys.Where(gate => gate is not (Checkpoint or CheckpointPersist)))
        {
            if (WithoutEffect.Contains(gate))
            {
                report.Note($"The feature gate {gate} has no effect.");
            }
            else
            {
                report.Refuse($"{values.Describe(Settings.FeatureGates)} names {gate}, which is no feature gate; remove it.");
            }
        }

        bool checkpoint = Read(Settings.LeaseCheckpoint, Checkpoint, values, gates, report);
        bool persist = Read(Settings.LeaseCheckpointPersist, CheckpointPersist, values, gates, report);
        if (persist && !checkpoint)
        {
            report.Refuse("Lease checkpoints can only survive a restart when there are any; add --enable-lease-checkpoint.");
        }

        return (checkpoint, persist);
    }

    private static bool Read(
        Setting<bool> setting, string gate, SettingValues values, IReadOnlyDictionary<string, bool> gates, ConfigurationReport report)
    {
        bool value = values.Get(setting);
        if (!gates.TryGetValue(gate, out bool gateValue))
        {
            return value;
        }

        if (values.IsGiven(setting) && value != gateValue)
        {
            report.Refuse($"{values.Describe(setting)} contradicts {values.Describe(Settings.FeatureGates)}; keep one of them.");
        }

        return gateValue;
    }
}
