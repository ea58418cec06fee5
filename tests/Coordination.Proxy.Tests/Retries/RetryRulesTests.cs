using Yarp.ReverseProxy.Forwarder;

namespace Coordination.Proxy.Tests;

public sealed class RetryRulesTests
{
    private static readonly Exception Unconnected = new HttpRequestException(HttpRequestError.ConnectionError);
    private static readonly Exception Broken = new HttpRequestException(HttpRequestError.ResponseEnded);

    [Theory]
    [InlineData("GET", true, ForwarderError.Request, true)]
    [InlineData("PUT", true, ForwarderError.Request, true)]
    [InlineData("PUT", false, ForwarderError.Request, false)]
    [InlineData("DELETE", true, ForwarderError.RequestTimedOut, true)]
    [InlineData("GET", true, ForwarderError.RequestCanceled, false)]
    [InlineData("GET", true, ForwarderError.NoAvailableDestinations, false)]
    [InlineData("POST", true, ForwarderError.Request, false)]
    [InlineData("PATCH", true, ForwarderError.Request, false)]
    public void A_request_whose_connection_broke_is_repeated_only_if_that_changes_nothing(
        string method, bool isBodyUntouched, ForwarderError error, bool isSafe) =>
        Assert.Equal(isSafe, RetryRules.IsSafe(method, isBodyUntouched, error, Broken));

    [Theory]
    [InlineData("POST", true, true)]
    [InlineData("POST", false, false)]
    [InlineData("GET", true, true)]
    public void A_request_that_had_no_connection_is_repeated_if_its_body_is_there(string method, bool isBodyUntouched, bool isSafe) =>
        Assert.Equal(isSafe, RetryRules.IsSafe(method, isBodyUntouched, ForwarderError.Request, Unconnected));
}
