namespace Coordination.Conformance.Tests;

/// <summary>Calls by name whose messages are bytes.</summary>
public static class RawCalls
{
    private static readonly Marshaller<byte[]> Unchanged = new(bytes => bytes, bytes => bytes);

    public static Method<byte[], byte[]> Unary(string service, string method) =>
        new(MethodType.Unary, service, method, Unchanged, Unchanged);
}
