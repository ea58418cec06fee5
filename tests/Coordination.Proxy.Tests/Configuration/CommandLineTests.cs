namespace Coordination.Proxy.Tests;

public sealed class CommandLineTests
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    [Fact]
    public void Coordinators_are_enough()
    {
        var settings = Run(["--coordinators", "http://127.0.0.1:2379,http://127.0.0.1:22379"]);

        Assert.Equal(["http://127.0.0.1:2379/", "http://127.0.0.1:22379/"], settings.Proxy.Coordinators.Select(url => url.ToString()));
        Assert.Equal([ProxySettings.ListenDefault], settings.Listen);
        Assert.Equal("services/", settings.Proxy.RegistryPrefix);
    }

    [Fact]
    public void Flags_come_before_variables_and_variables_before_the_file()
    {
        Dictionary<string, string> environment = new()
        {
            ["COORDINATION_PROXY_CONFIG_FILE"] = "proxy.json",
            ["COORDINATION_PROXY_REGISTRY_PREFIX"] = "environment/",
            ["COORDINATION_PROXY_DRAIN_TIME"] = "2s",
            ["COORDINATION_PROXY_PORT_80_TCP"] = "tcp://10.0.0.1:80",
        };
        const string File = """
            {
              // The defaults of this machine.
              "coordinators": ["http://127.0.0.1:2379"], "drain-time": "3s", "registry-prefix": "file/", "startup-wait": "250ms",
            }
            """;

        var settings = Run(["--drain-time=1s"], environment, _ => File);

        Assert.Equal(TimeSpan.FromSeconds(1), settings.DrainTime);
        Assert.Equal("environment/", settings.Proxy.RegistryPrefix);
        Assert.Equal(TimeSpan.FromMilliseconds(250), settings.Proxy.StartupWait);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var errors = Refuse(
            ["--listen", "ftp://here", "--drain-time", "long", "--fast", "yes", "extra", "--log-level"]);

        Assert.Collection(
            errors,
            error => Assert.Contains("'extra'", error, StringComparison.Ordinal),
            error => Assert.Contains("--log-level has no value", error, StringComparison.Ordinal),
            error => Assert.Contains("--listen 'ftp://here'", error, StringComparison.Ordinal),
            error => Assert.Contains("--drain-time 'long'", error, StringComparison.Ordinal),
            error => Assert.Contains("--fast is no setting", error, StringComparison.Ordinal),
            error => Assert.Contains("--coordinators is missing", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "no JSON:")]
    [InlineData("""{ "listen": [1], "coordinators": "http://a:1" }""", "'listen' in proxy.json")]
    [InlineData("""{ "listn": "http://*:1", "coordinators": "http://a:1" }""", "'listn' in proxy.json is no setting")]
    public void A_file_that_makes_no_sense_is_refused(string file, string complaint)
    {
        Assert.Contains(complaint, Refuse(["--config-file", "proxy.json"], file)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_refused()
    {
        var result = CommandLine.Read(["--config-file=gone.json"], NoEnvironment, _ => throw new FileNotFoundException("Not there."));

        Assert.Contains(
            "gone.json cannot be read: Not there.", Assert.IsType<CommandLineResult.Refuse>(result).Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_every_setting()
    {
        var help = Assert.IsType<CommandLineResult.Show>(CommandLine.Read(["--help"], NoEnvironment, _ => string.Empty)).Text;

        Assert.All(SettingTable.All, setting => Assert.Contains(setting.Flag, help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("250ms", 250)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("24h", 86_400_000)]
    public void Spans_of_time_have_units(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Durations.Find(text));

    [Theory]
    [InlineData("10")]
    [InlineData("-1s")]
    [InlineData("25h")]
    [InlineData("s")]
    [InlineData("")]
    public void Other_texts_are_no_spans_of_time(string text) => Assert.Null(Durations.Find(text));

    private static ProxySettings Run(
        string[] arguments, Dictionary<string, string>? environment = null, Func<string, string>? readFile = null) =>
        Assert.IsType<CommandLineResult.Run>(
            CommandLine.Read(arguments, environment ?? NoEnvironment, readFile ?? (_ => string.Empty))).Settings;

    private static IReadOnlyList<string> Refuse(string[] arguments, string file = "{}") =>
        Assert.IsType<CommandLineResult.Refuse>(CommandLine.Read(arguments, NoEnvironment, _ => file)).Errors;
}
