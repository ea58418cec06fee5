using System.Net.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Coordination.Proxy;

/// <summary>Which requests may be sent again after which failures.</summary>
internal static class RetryRules
{
    /// <summary>
    /// Whether sending a request again is safe: nothing of its body has been taken from the client, and either doing it twice is the same
    /// as doing it once (RFC 9110, section 9.2.2), or it cannot have arrived anywhere, since there was no connection.
    /// </summary>
    public static bool IsSafe(string method, bool isBodyUntouched, ForwarderError error, Exception? exception) =>
        isBodyUntouched && (IsIdempotent(method) ? IsOfDestination(error) : error == ForwarderError.Request && IsUnconnected(exception));

    /// <summary>Whether a failure is the destination's, or that of the way to it; not the client's, and not the proxy's.</summary>
    public static bool IsOfDestination(ForwarderError error) => error
        is ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination
        or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination or ForwarderError.UpgradeRequestDestination
        or ForwarderError.UpgradeResponseDestination;

    private static bool IsIdempotent(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    private static bool IsUnconnected(Exception? exception) => exception is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError,
    };
}
