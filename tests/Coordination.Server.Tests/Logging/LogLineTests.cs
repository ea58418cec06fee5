using Microsoft.Extensions.Logging;

namespace Coordination.Server.Tests;

public sealed class LogLineTests
{
    private static readonly LogLine Line = new(
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(1)), LogLevel.Information, "A.B", "\"3\"",
        [new("Count", 3), new("Name", "a\nb"), new("Missing", null), new("{OriginalFormat}", "{Count}")], Exception: null);

    [Fact]
    public void Json_has_the_keys_of_etcd_and_the_values_by_name()
    {
        Assert.Equal(
            """{"level":"info","ts":"2026-01-02T02:04:05.678000Z","logger":"A.B","msg":"\u00223\u0022","""
                + "\"Count\":3,\"Name\":\"a\\nb\",\"Missing\":null}\n",
            Line.ToText(LogFormat.Json));
    }

    [Fact]
    public void Console_is_for_people()
    {
        Assert.Equal("2026-01-02T02:04:05.678000Z  info   A.B  \"3\"\n", Line.ToText(LogFormat.Console));
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
