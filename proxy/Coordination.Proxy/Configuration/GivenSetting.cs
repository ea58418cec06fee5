namespace Coordination.Proxy;

/// <summary>A setting as somebody gave it.</summary>
/// <param name="Label">How whoever gave it calls it, such as <c>--listen</c> or <c>COORDINATION_PROXY_LISTEN</c>.</param>
/// <param name="Name">The name of the setting.</param>
/// <param name="Value">What was given; lists with commas.</param>
internal sealed record GivenSetting(string Label, string Name, string Value);
