using Google.Protobuf;

namespace Coordination.Server;

/// <summary>
/// The limit on requests that go through the log. It is held against the size that the request would have in etcd's log, so that exactly
/// what etcd takes is taken here.
/// </summary>
internal static class RequestSize
{
    /// <summary>The request's number: two bytes of tag, one of length, one of tag, ten of a number that uses all of its bits.</summary>
    private const int LogHeaderBytes = 14;

    /// <summary>The tag of the request's own field.</summary>
    private const int TagBytes = 1;

    /// <summary>Refuses a request that is too large.</summary>
    public static void Check(IMessage request, int bytesMax)
    {
        int size = request.CalculateSize();
        if (LogHeaderBytes + TagBytes + CodedOutputStream.ComputeLengthSize(size) + size > bytesMax)
        {
            throw EtcdErrors.Refuse(EtcdErrors.RequestTooLarge);
        }
    }
}
