using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Yarp.ReverseProxy.Configuration;

namespace Coordination.Proxy;

/// <summary>
/// The policy of a service, as its cluster carries it: in its metadata, so that YARP notices when it changes. Read once for each cluster.
/// </summary>
internal static class ClusterPolicy
{
    private const string Key = "coordination.policy";

    private static readonly ConditionalWeakTable<ClusterConfig, ServicePolicy> Read = [];

    public static IReadOnlyDictionary<string, string> Write(ServicePolicy policy) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Key] = JsonSerializer.Serialize(policy, PolicyJson.Default.ServicePolicy),
    };

    /// <summary>The policy of a cluster; that of one that the proxy did not make says nothing.</summary>
    public static ServicePolicy Of(ClusterConfig cluster) => Read.GetValue(cluster, static cluster =>
        cluster.Metadata?.GetValueOrDefault(Key) is { } text
            ? JsonSerializer.Deserialize(text, PolicyJson.Default.ServicePolicy) ?? ServicePolicy.Silent
            : ServicePolicy.Silent);
}

/// <summary>How policies travel from the plan to the request.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServicePolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;
