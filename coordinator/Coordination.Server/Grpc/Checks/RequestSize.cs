using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// The limit on requests that go through the log. It is held against the size that the request would have in etcd's log, so that exactly
/// what etcd takes is taken here.
/// </summary>
internal static class RequestSize
{
    /// <summary>Around the request's number: two bytes of tag, one of length, one of tag.</summary>
    private const int LogHeaderBytes = 4;

    /// <summary>The tag of the request's own field.</summary>
    private const int TagBytes = 1;

    /// <summary>How far the member's id is shifted in the request's number; below it are time and a counter.</summary>
    private const int MemberShift = 48;

    /// <summary>Refuses a request that is too large.</summary>
    /// <param name="request">The request.</param>
    /// <param name="bytesMax">The limit.</param>
    /// <param name="memberId">The member that takes it: the last two bytes of its id begin the number, and decide how long it is.</param>
    public static void Check(IMessage request, int bytesMax, ulong memberId)
    {
        int size = request.CalculateSize();
        int header = LogHeaderBytes + CodedOutputStream.ComputeUInt64Size((memberId << MemberShift) | (1UL << (MemberShift - 1)));
        if (header + TagBytes + CodedOutputStream.ComputeLengthSize(size) + size > bytesMax)
        {
            throw EtcdErrors.Refuse(EtcdErrors.RequestTooLarge);
        }
    }
}
