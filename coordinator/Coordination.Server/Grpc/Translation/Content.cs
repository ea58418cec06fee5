using System.Text;
using Coordination.Client;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// What messages and documents say, as requests and responses of <c>coordination.v1</c> have it: as text when it is text in UTF-8, which is
/// what JSON can show, and else as bytes.
/// </summary>
internal static class Content
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What a request says; nothing is empty.</summary>
    public static Value Read(string? text, ByteString? body) => body is { IsEmpty: false } ? body.Memory : text ?? string.Empty;

    /// <summary>Gives a response what it is to say.</summary>
    public static void Write(Value value, Action<string> setText, Action<ByteString> setBody)
    {
        try
        {
            setText(Strict.GetString(value.Bytes.Span));
        }
        catch (DecoderFallbackException)
        {
            setBody(ByteString.CopyFrom(value.Bytes.Span));
        }
    }
}
