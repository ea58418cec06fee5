using System.Text.Json;

namespace Coordination.Server;

/// <summary><c>/health</c>: one word for load balancers, and the reason when it is bad.</summary>
internal sealed class HealthEndpoint(NodeHealth health, HealthMetrics metrics)
{
    public const string Path = "/health";

    public async Task AnswerAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string reason = await FindProblemAsync(query["exclude"], isSerializable: query["serializable"] == "true") ?? string.Empty;
        bool isHealthy = reason.Length == 0;
        metrics.OnHealth(isHealthy);
        context.Response.StatusCode = isHealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            $$"""{"health":"{{(isHealthy ? "true" : "false")}}","reason":{{JsonSerializer.Serialize(reason)}}}""", context.RequestAborted);
    }

    private async Task<string?> FindProblemAsync(IReadOnlyCollection<string?> excluded, bool isSerializable)
    {
        if (health.FindAlarm(excluded) is { } alarm)
        {
            return $"ALARM {NodeHealth.NameOf(alarm)}";
        }

        if (isSerializable)
        {
            return await health.CheckSerializableReadAsync() is { } unreadable ? $"RANGE ERROR:{unreadable}" : null;
        }

        if (!health.HasLeader)
        {
            return "RAFT NO LEADER";
        }

        return await health.CheckLinearizableReadAsync() is { } failure ? $"RANGE ERROR:{failure}" : null;
    }
}
