namespace Coordination.Simulation;

/// <summary>The end of every run: without faults everything must be well within a bounded time.</summary>
internal interface ILivenessPhase
{
    /// <summary>Whether everything is well.</summary>
    bool IsDone { get; }

    /// <summary>Looks whether everything is well; throws when the time is over.</summary>
    void Check();
}
