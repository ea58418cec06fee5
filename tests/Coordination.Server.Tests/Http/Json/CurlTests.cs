using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Coordination.Server.Tests;

/// <summary>The routes as a shell script uses them.</summary>
public sealed class CurlTests
{
    [Fact]
    public async Task A_shell_with_curl_registers_works_and_reads_configuration()
    {
        await using var api = await HttpApi.StartAsync();
        const string Script = """
            set -e
            registered=$(curl -sf -X PUT $node/v1/services/orders/instances/sh -d '{"address":"10.0.0.9","port":8080,"ttl":"60s"}')
            curl -sf -X POST $node/v1/services/orders/instances/sh/heartbeat -d '{"status":"passing"}'
            curl -sf "$node/v1/services/orders?passing=true"
            exec 3< <(exec curl -sN $node/v1/services/orders/watch)
            read -r first <&3
            kill $!
            echo "$first"
            curl -sf -X POST $node/v1/queues/mail/messages -d '{"text":"hello"}'
            claim=$(curl -sf -X POST $node/v1/queues/mail/claims -d '{"visibility":"30s","wait":"5s"}')
            id=$(echo "$claim" | sed 's/.*"claim_id": *"\([^"]*\)".*/\1/')
            curl -sf -X DELETE $node/v1/queues/mail/claims/$id
            curl -sf $node/v1/queues/mail
            curl -sf -X PUT $node/v1/config/web -d '{"text":"color: blue"}'
            curl -sf $node/v1/config/web
            curl -sf -X DELETE $node/v1/services/orders/instances/sh
            curl -s $node/v1/services/orders/instances/sh
            """;
        var start = new ProcessStartInfo("bash", ["-c", Script])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["node"] = api.Url.GetLeftPart(UriPartial.Authority) },
        };
        using var shell = Process.Start(start)!;
        var errors = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(shell.ExitCode == 0, output + await errors);
        JsonNode[] answers = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)];
        Assert.Equal(10, answers.Length);
        Assert.Equal("60s", (string)answers[0]["ttl"]!);
        Assert.Equal("sh", (string)answers[1]["instances"]![0]!["id"]!);
        Assert.True((bool)answers[2]["snapshot"]!);
        Assert.Equal("1", (string)answers[3]["sequence"]!);
        Assert.Equal(("0", "0"), ((string)answers[5]["ready"]!, (string)answers[5]["claimed"]!));
        Assert.Equal("color: blue", (string)answers[7]["text"]!);
        Assert.True((bool)answers[8]["deregistered"]!);
        Assert.Equal(5, (int)answers[9]["code"]!);
    }
}
