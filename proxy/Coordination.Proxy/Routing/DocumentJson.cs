using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coordination.Proxy;

/// <summary>How the proxy reads the configuration document. What it does not know there is a mistake: nobody else reads it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RouteEntry))]
[JsonSerializable(typeof(ServiceEntry))]
internal sealed partial class DocumentJson : JsonSerializerContext;
