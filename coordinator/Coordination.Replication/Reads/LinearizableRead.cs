using System.Diagnostics.CodeAnalysis;
using Coordination.StateMachine;

namespace Coordination.Replication;

/// <summary>How the question for a linearizable view ended.</summary>
public enum ReadEnd
{
    /// <summary>There is a view.</summary>
    Confirmed,

    /// <summary>Too many reads wait already.</summary>
    TooManyRequests,

    /// <summary>No leader confirmed in time.</summary>
    TimedOut,

    /// <summary>The replica stopped.</summary>
    Stopped,
}

/// <summary>A view that contains everything that was acknowledged before it was asked for.</summary>
/// <param name="End">Whether there is a view.</param>
/// <param name="View">The view, when confirmed.</param>
public readonly record struct LinearizableRead(ReadEnd End, StoreView? View)
{
    /// <summary>Whether there is a view.</summary>
    [MemberNotNullWhen(true, nameof(View))]
    public bool IsConfirmed => View is not null;
}
