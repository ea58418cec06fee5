using Coordination.Raft;

namespace Coordination.Simulation;

/// <summary>A running replica's state machine, as checkers see it. <c>ToString</c> says what was applied last, for the trace.</summary>
internal interface IAppliedState
{
    /// <summary>The last position applied.</summary>
    LogIndex Applied { get; }

    /// <summary>That entry's term.</summary>
    Term AppliedTerm { get; }
}
