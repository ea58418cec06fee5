namespace Coordination.Proxy;

/// <summary>A version of the configuration document as it was read.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Text">What it says.</param>
internal sealed record StoredDocument(long Version, string Text);
