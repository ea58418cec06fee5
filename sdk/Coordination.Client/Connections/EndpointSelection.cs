namespace Coordination.Client;

/// <summary>Which of the endpoints that work gets the next call.</summary>
public enum EndpointSelection
{
    /// <summary>The same one as long as it works; begins with the first one named. One connection is enough.</summary>
    Sticky = 0,

    /// <summary>One after the other, so that every member gets a share.</summary>
    RoundRobin = 1,
}
