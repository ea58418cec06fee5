namespace Coordination.Server;

/// <summary>
/// Where a method is reached by plain HTTP. The names in the path are those of fields of its request; the others are in the body of a PUT
/// or POST, and in the query of a GET or DELETE.
/// </summary>
/// <param name="Verb">The HTTP method.</param>
/// <param name="Pattern">The path.</param>
internal sealed record HttpRoute(string Verb, string Pattern)
{
    public static HttpRoute Get(string pattern) => new(HttpMethods.Get, pattern);

    public static HttpRoute Put(string pattern) => new(HttpMethods.Put, pattern);

    public static HttpRoute Post(string pattern) => new(HttpMethods.Post, pattern);

    public static HttpRoute Delete(string pattern) => new(HttpMethods.Delete, pattern);
}
