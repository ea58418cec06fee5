using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>Keys and values as they go over the wire.</summary>
public static class Bytes
{
    /// <summary>As a range end: no end. As a key with that range end: every key.</summary>
    public static readonly ByteString Zero = ByteString.CopyFrom(0);

    public static ByteString Of(string text) => ByteString.CopyFromUtf8(text);

    public static ByteString Of(params ReadOnlySpan<byte> bytes) => ByteString.CopyFrom(bytes);

    public static ByteString Repeated(char letter, int count) => Of(new string(letter, count));
}
