using System.Text;

namespace Coordination.Server;

/// <summary>
/// <c>/livez</c> or <c>/readyz</c> with a path below for each of its checks: the probes of Kubernetes. <c>?verbose</c> lists the checks,
/// <c>?exclude=NAME</c> leaves one out.
/// </summary>
internal sealed class ProbeEndpoint(string name, IReadOnlyList<ProbeCheck> checks, HealthMetrics metrics)
{
    /// <summary>Whether to go on living: a node that fails this is to be restarted.</summary>
    public static ProbeEndpoint Live(NodeHealth health, HealthMetrics metrics) =>
        new("livez", [new("serializable_read", health.CheckSerializableReadAsync)], metrics);

    /// <summary>Whether to send requests here.</summary>
    public static ProbeEndpoint Ready(NodeHealth health, HealthMetrics metrics) => new(
        "readyz",
        [
            new("data_corruption", health.CheckDataCorruptionAsync),
            new("serializable_read", health.CheckSerializableReadAsync),
            new("linearizable_read", health.CheckLinearizableReadAsync),
            new("non_learner", health.CheckNonLearnerAsync),
        ],
        metrics);

    /// <summary>Maps the endpoint and its checks.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet($"/{name}", context => AnswerAsync(context, Included(context)));
        foreach (ProbeCheck check in checks)
        {
            endpoints.MapGet($"/{name}/{check.Name}", context => AnswerAsync(context, [check]));
        }
    }

    private IEnumerable<ProbeCheck> Included(HttpContext context) =>
        checks.Where(check => !context.Request.Query["exclude"].Contains(check.Name));

    private async Task AnswerAsync(HttpContext context, IEnumerable<ProbeCheck> included)
    {
        var details = new StringBuilder();
        bool isPassed = true;
        foreach (ProbeCheck check in included)
        {
            string? problem = await check.FindProblemAsync();
            metrics.OnCheck(name, check.Name, problem is null);
            isPassed &= problem is null;
            details.Append(problem is null ? $"[+]{check.Name} ok\n" : $"[-]{check.Name} failed: {problem}\n");
        }

        context.Response.StatusCode = isPassed ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        bool isVerbose = context.Request.Query.ContainsKey("verbose");
        string text = isPassed ? (isVerbose ? $"{details}ok\n" : "ok\n") : $"{details}\n";
        await PlainText.WriteAsync(context, text);
    }
}

/// <summary>One check of a probe.</summary>
/// <param name="Name">Its name in paths and answers.</param>
/// <param name="FindProblemAsync">Answers what is wrong, or null.</param>
internal sealed record ProbeCheck(string Name, Func<ValueTask<string?>> FindProblemAsync);
