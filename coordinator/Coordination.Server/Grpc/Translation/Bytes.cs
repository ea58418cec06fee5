using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// Byte strings of messages as memory and back, without a copy wherever nobody changes the bytes: messages are read-only once they are
/// parsed and are not used again, and what the state machine hands out never changes.
/// </summary>
internal static class Bytes
{
    /// <summary>The bytes as an array that must not be changed: the message's own, if it has one to itself.</summary>
    public static byte[] ToArray(ByteString bytes) =>
        MemoryMarshal.TryGetArray(bytes.Memory, out var segment) && segment.Array is { } array && array.Length == segment.Count
            ? array
            : bytes.ToByteArray();

    /// <summary>Bytes that nobody changes, as part of a message.</summary>
    public static ByteString ToByteString(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(bytes);
}
