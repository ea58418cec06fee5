namespace Coordination.Recipes;

/// <summary>How an instance of a service is, from good to bad.</summary>
public enum HealthStatus
{
    /// <summary>It serves.</summary>
    Passing = 0,

    /// <summary>It serves, but something is about to go wrong.</summary>
    Warning = 1,

    /// <summary>It does not serve.</summary>
    Critical = 2,
}
