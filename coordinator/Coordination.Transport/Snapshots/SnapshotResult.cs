namespace Coordination.Transport;

/// <summary>How the transfer of a snapshot ended.</summary>
public enum SnapshotOutcome
{
    /// <summary>The receiver holds all of it.</summary>
    Delivered,

    /// <summary>The receiver does not want it.</summary>
    Refused,

    /// <summary>The transfer broke, too often without getting further. What arrived is kept by the receiver.</summary>
    Failed,
}

/// <summary>The end of a transfer.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Why, in a sentence; empty when it was delivered.</param>
public sealed record SnapshotResult(SnapshotOutcome Outcome, string Reason)
{
    /// <summary>The receiver holds all of it.</summary>
    public static SnapshotResult Delivered { get; } = new(SnapshotOutcome.Delivered, string.Empty);
}
