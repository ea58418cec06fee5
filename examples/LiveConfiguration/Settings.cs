namespace LiveConfiguration;

/// <summary>What the shop lets its operators change while it runs.</summary>
/// <param name="Title">What stands above the goods.</param>
/// <param name="TimeoutSeconds">After how many seconds a request has failed.</param>
internal sealed record Settings(string Title, int TimeoutSeconds);
