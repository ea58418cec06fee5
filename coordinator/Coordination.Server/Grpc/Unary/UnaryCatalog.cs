using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Coordination.Server;

/// <summary>
/// The methods that have a short way, by their paths. A request that asks for more than that way offers goes the long one: a compressed
/// message, anything but HTTP/2, and every request while somebody listens to ASP.NET's traces, which begin there.
/// </summary>
internal sealed class UnaryCatalog(DiagnosticListener hosting, ActivitySource traces)
{
    private const string GrpcContentType = "application/grpc";
    private const string GrpcProtoContentType = "application/grpc+proto";
    private const string EncodingHeader = "grpc-encoding";

    private readonly ConcurrentDictionary<string, UnaryMethod> _methods = new(StringComparer.Ordinal);

    /// <summary>Adds a method.</summary>
    public void Add(UnaryMethod method) => _methods[method.Path] = method;

    /// <summary>The method that a request is for, if it can go the short way.</summary>
    public UnaryMethod? Find(IFeatureCollection features)
    {
        if (features.Get<IHttpRequestFeature>() is not { Method: "POST", Protocol: "HTTP/2" } request
            || !_methods.TryGetValue(request.Path, out var method))
        {
            return null;
        }

        bool isPlain = request.Headers.ContentType is [GrpcContentType or GrpcProtoContentType]
            && !(request.Headers.TryGetValue(EncodingHeader, out var encoding) && encoding != "identity");
        return isPlain && !traces.HasListeners() && !hosting.IsEnabled() ? method : null;
    }
}
