using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests;

public sealed class LogLineTests
{
    private static readonly LogLine Line = new(
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)), LogLevel.Information, "Some.Category", "did \"it\" 3 times",
        [new("Count", 3), new("Name", "a\nb"), new("Missing", null), new("{OriginalFormat}", "did it {Count} times")], Exception: null);

    [Fact]
    public void Json_has_the_keys_of_etcd_and_the_values_by_name()
    {
        Assert.Equal(
            """
            {"level":"info","ts":"2026-01-02T02:04:05.678000Z","logger":"Some.Category","msg":"did \u0022it\u0022 3 times","Count":3,"Name":"a\nb","Missing":null}

            """,
            Line.ToText(LogFormat.Json));
    }

    [Fact]
    public void Console_is_for_people()
    {
        Assert.Equal("2026-01-02T02:04:05.678000Z  info   Some.Category  did \"it\" 3 times\n", Line.ToText(LogFormat.Console));
    }

    [Fact]
    public void An_exception_is_told()
    {
        LogLine failed = Line with { Level = LogLevel.Critical, Exception = new IOException("The disk is gone.") };

        Assert.Contains("\"level\":\"fatal\"", failed.ToText(LogFormat.Json), StringComparison.Ordinal);
        Assert.Contains("\"error\":\"System.IO.IOException: The disk is gone.\"", failed.ToText(LogFormat.Json), StringComparison.Ordinal);
        Assert.EndsWith("System.IO.IOException: The disk is gone.\n", failed.ToText(LogFormat.Console), StringComparison.Ordinal);
    }
}
