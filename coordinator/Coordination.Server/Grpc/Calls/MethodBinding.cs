namespace Coordination.Server;

/// <summary>A method that is served.</summary>
/// <param name="FullName">Its path.</param>
/// <param name="Counters">What happens to it.</param>
internal sealed record MethodBinding(string FullName, MethodCounters Counters);
