using Grpc.Core;
using Microsoft.AspNetCore.Routing.Template;

namespace Coordination.Server;

/// <summary>
/// The routes by which methods are reached with plain HTTP and JSON, on ports for clients only: those for metrics do not reach the store.
/// Filled when methods are bound, which is before anything is served.
/// </summary>
internal sealed class HttpRoutes
{
    /// <summary>What all of the routes begin with. Nothing of etcd's does.</summary>
    public const string Prefix = "/v1";

    private readonly List<(HttpRoute Route, Func<HttpContext, Task> Method)> _all = [];

    /// <summary>All of them.</summary>
    public IEnumerable<HttpRoute> All => _all.Select(static entry => entry.Route);

    /// <summary>Adds a route, if the method has one.</summary>
    public void Add(HttpRoute? route, Func<HttpContext, Task> method)
    {
        if (route is not null)
        {
            _all.Add((route, method));
        }
    }

    /// <summary>Serves them, and refuses whatever else is asked for below their prefix.</summary>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (route, method) in _all)
        {
            endpoints.MapMethods(route.Pattern, [route.Verb], http => ClientPort.Has(http) ? method(http) : RefuseAsync(http));
        }

        endpoints.Map(Prefix + "/{**rest}", RefuseAsync);
    }

    private static bool Matches(HttpRoute route, HttpContext http) =>
        new TemplateMatcher(TemplateParser.Parse(route.Pattern), []).TryMatch(http.Request.Path, []);

    private Task RefuseAsync(HttpContext http)
    {
        string[] allowed = [.. All.Where(route => ClientPort.Has(http) && Matches(route, http)).Select(static route => route.Verb)];
        string asked = $"{http.Request.Method} {http.Request.Path}";
        if (allowed.Length == 0)
        {
            return JsonCall.RefuseAsync(http, new Status(StatusCode.NotFound, $"there is no {asked}"));
        }

        http.Response.Headers.Allow = string.Join(", ", allowed);
        var refusal = new Status(StatusCode.Unimplemented, $"there is no {asked}, only {http.Response.Headers.Allow}");
        return JsonCall.RefuseAsync(http, refusal, StatusCodes.Status405MethodNotAllowed);
    }
}
