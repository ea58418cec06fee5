using System.Globalization;

namespace Coordination.Processes;

/// <summary>What the environment says about tests that can run for longer, or again as they did before.</summary>
public static class TestSetting
{
    /// <summary>The number that a variable holds; null when it is not set.</summary>
    public static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
