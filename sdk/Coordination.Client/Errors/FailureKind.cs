namespace Coordination.Client;

/// <summary>What a failed call says about the request it carried.</summary>
internal enum FailureKind
{
    /// <summary>The server looked at it and refused it: not done, and asking again gives the same answer.</summary>
    Refused,

    /// <summary>It was never sent, or the server says that it did not begin with it: not done, and another try may succeed.</summary>
    NotDone,

    /// <summary>The answer got lost, or the server gave up waiting: perhaps done, and another try may succeed.</summary>
    Interrupted,

    /// <summary>The server failed for reasons of its own: perhaps done, and another try is no better.</summary>
    Faulted,
}
