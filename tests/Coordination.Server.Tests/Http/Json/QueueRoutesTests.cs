using System.Net;
using System.Text.Json.Nodes;
using Coordination.Client;
using Coordination.Recipes;

namespace Coordination.Server.Tests;

public sealed class QueueRoutesTests
{
    private const string Queue = "/v1/queues/mail";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_http_enqueues_the_library_receives_by_priority()
    {
        await using var api = await HttpApi.StartAsync();
        await api.DoAsync("POST", Queue + "/messages", """{"text":"later"}""");
        await api.DoAsync("POST", Queue + "/messages", """{"body":"/wA=","priority":7}""");
        using var queue = new DistributedQueue(api.Client.Root, "queues/mail");
        await using var consumer = queue.OpenConsumer();

        await using var first = await consumer.ReceiveAsync(Cancelled);
        await using var second = await consumer.ReceiveAsync(Cancelled);

        Assert.Equal([255, 0], first.Body.Bytes.ToArray());
        Assert.Equal((7, "later"), (first.Priority, second.Body.ToString()));
    }

    [Fact]
    public async Task What_the_library_enqueues_http_claims_and_acknowledges_once()
    {
        await using var api = await HttpApi.StartAsync();
        using var queue = new DistributedQueue(api.Client.Root, "queues/mail");
        await queue.EnqueueAsync("hello", null, Cancelled);

        var message = await ClaimAsync(api);
        var none = await api.DoAsync("POST", Queue + "/claims", "{}");
        var counts = await api.DoAsync("GET", Queue);
        await api.RestartAsync();
        await api.DoAsync("DELETE", ClaimOf(message));
        await api.DoAsync("DELETE", ClaimOf(message));

        Assert.Equal(("hello", "1"), ((string)message["text"]!, (string)message["attempt"]!));
        Assert.Null(none["message"]);
        Assert.Equal(("0", "1"), ((string)counts["ready"]!, (string)counts["claimed"]!));
        using var after = new DistributedQueue(api.Client.Root, "queues/mail");
        Assert.Equal(new QueueCounts(0, 0, 0, 0), await after.GetCountsAsync(Cancelled));
    }

    [Fact]
    public async Task A_message_is_delivered_again_when_the_lease_of_its_claim_has_run_out()
    {
        await using var api = await HttpApi.StartAsync();
        await api.DoAsync("POST", Queue + "/messages", """{"text":"hello"}""");

        var first = await ClaimAsync(api, """{"visibility":"2s"}""");
        Assert.Equal("2s", (string)(await api.DoAsync("POST", ClaimOf(first) + "/extend"))["visibility"]!);
        var second = await ClaimAsync(api, """{"wait":"30s"}""");

        Assert.Equal(((string)first["sequence"]!, "2"), ((string)second["sequence"]!, (string)second["attempt"]!));
        Assert.True(long.Parse((string)second["fencing_token"]!) > long.Parse((string)first["fencing_token"]!));
        foreach (var (verb, path) in new[] { ("DELETE", ""), ("POST", "/extend"), ("POST", "/release"), ("POST", "/give-up") })
        {
            Assert.StartsWith(
                "claim_id: the claim is over",
                await api.RefuseAsync(HttpStatusCode.NotFound, 5, verb, ClaimOf(first) + path),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_claim_waits_for_a_message_and_leaves_no_lease_when_none_comes()
    {
        await using var api = await HttpApi.StartAsync();
        var waiting = ClaimAsync(api, """{"wait":"60s"}""");
        await api.DoAsync("POST", Queue + "/messages", """{"text":"hello"}""");
        await api.DoAsync("DELETE", ClaimOf(await waiting));
        int leases = (await api.Client.Leases.ListAsync(Cancelled)).Count;

        var none = await api.DoAsync("POST", Queue + "/claims", """{"wait":"0.1s"}""");

        Assert.Null(none["message"]);
        Assert.Equal(leases, (await api.Client.Leases.ListAsync(Cancelled)).Count);
    }

    [Fact]
    public async Task A_released_message_comes_back_and_one_that_comes_too_often_is_put_aside_until_it_is_requeued()
    {
        await using var api = await HttpApi.StartAsync();
        await api.DoAsync("POST", Queue + "/messages", """{"text":"hello","priority":3}""");
        await api.DoAsync("POST", ClaimOf(await ClaimAsync(api)) + "/release");
        await api.DoAsync("POST", ClaimOf(await ClaimAsync(api)) + "/release", """{"delay":"0.05s"}""");
        var third = await ClaimAsync(api, """{"wait":"30s"}""");
        await api.DoAsync("POST", ClaimOf(third) + "/release");

        var none = await api.DoAsync("POST", Queue + "/claims", """{"deliveries_max":3}""");
        var letters = (await api.DoAsync("GET", Queue + "/dead-letters"))["letters"]!.AsArray();
        await api.DoAsync("POST", Queue + "/dead-letters/1/requeue", """{"priority":9}""");
        var again = await ClaimAsync(api);
        await api.DoAsync("POST", ClaimOf(again) + "/give-up");

        Assert.Equal("3", (string)third["attempt"]!);
        Assert.Null(none["message"]);
        Assert.Equal(("1", "hello"), ((string)Assert.Single(letters)!["sequence"]!, (string)letters[0]!["text"]!));
        Assert.Equal((9, "1"), ((int)again["priority"]!, (string)again["attempt"]!));
        Assert.Equal("1", (string)(await api.DoAsync("GET", Queue))["dead"]!);
        Assert.Equal(
            "sequence: there is no such dead letter",
            await api.RefuseAsync(HttpStatusCode.NotFound, 5, "POST", Queue + "/dead-letters/77/requeue"));
    }

    [Fact]
    public async Task A_full_queue_takes_no_more_and_many_can_enqueue_at_once()
    {
        await using var api = await HttpApi.StartAsync();
        var enqueued = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => api.DoAsync("POST", Queue + "/messages", $$"""{"text":"{{i}}","length_max":20}""")));

        Assert.Equal(
            Enumerable.Range(1, 20).Select(static i => (long)i),
            enqueued.Select(static answer => long.Parse((string)answer["sequence"]!)).Order());
        Assert.Equal(
            "The queue has 20 messages that nobody has acknowledged.",
            await api.RefuseAsync(HttpStatusCode.TooManyRequests, 8, "POST", Queue + "/messages", """{"text":"x","length_max":20}"""));
    }

    [Fact]
    public async Task A_consumer_keeps_all_its_claims_by_one_lease_of_its_own()
    {
        await using var api = await HttpApi.StartAsync();
        await api.DoAsync("POST", Queue + "/messages", """{"text":"a"}""");
        await api.DoAsync("POST", Queue + "/messages", """{"text":"b"}""");
        var lease = await api.Client.Leases.GrantAsync(TimeSpan.FromSeconds(30), cancellationToken: Cancelled);
        string body = $$"""{"lease_id":{{lease.Id.Value}}}""";
        await ClaimAsync(api, body);
        await ClaimAsync(api, body);
        Assert.Equal("2", (string)(await api.DoAsync("GET", Queue))["claimed"]!);

        await api.Client.Leases.RevokeAsync(lease.Id, Cancelled);

        Assert.Equal("2", (string)(await api.DoAsync("GET", Queue))["ready"]!);
        Assert.Equal(
            "lease_id: there is no such lease", await api.RefuseAsync(HttpStatusCode.NotFound, 5, "POST", Queue + "/claims", body));
    }

    private static string ClaimOf(JsonNode message) => $"{Queue}/claims/{(string)message["claim_id"]!}";

    private static async Task<JsonNode> ClaimAsync(HttpApi api, string body = "{}") =>
        (await api.DoAsync("POST", Queue + "/claims", body))["message"] ?? throw new InvalidOperationException("No message came.");
}
