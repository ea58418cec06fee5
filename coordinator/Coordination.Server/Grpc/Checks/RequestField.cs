using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Coordination.Server;

/// <summary>Reads fields of the requests of <c>coordination.v1</c>. What makes no sense is refused by the name of the field.</summary>
internal static class RequestField
{
    private const int NameLengthMax = 255;

    /// <summary>A second has more; greater numbers are damage.</summary>
    private const int NanosMax = 999_999_999;

    /// <summary>A refusal of a field.</summary>
    public static RpcException Refuse(string field, string problem) => new(new Status(StatusCode.InvalidArgument, $"{field}: {problem}"));

    /// <summary>A name that becomes a part of a key.</summary>
    public static string Name(string value, string field) => value switch
    {
        "" => throw Refuse(field, "is missing"),
        { Length: > NameLengthMax } => throw Refuse(field, $"is longer than {NameLengthMax} characters"),
        _ when value.Contains('/', StringComparison.Ordinal) => throw Refuse(field, "has a slash"),
        _ => value,
    };

    /// <summary>A number that is not above a limit.</summary>
    public static int Number(uint value, string field, int max) =>
        value <= max ? (int)value : throw Refuse(field, $"is above {max}");

    /// <summary>A time; null when it is not given.</summary>
    public static TimeSpan? FindTime(Duration? value, string field, TimeSpan min, TimeSpan max)
    {
        if (value is null)
        {
            return null;
        }

        bool isSound = value.Nanos is >= 0 and <= NanosMax && value.Seconds >= 0 && value.Seconds <= (long)max.TotalSeconds;
        var time = isSound ? value.ToTimeSpan() : Timeout.InfiniteTimeSpan;
        return time >= min && time <= max
            ? time
            : throw Refuse(field, $"is not between {min.TotalSeconds}s and {max.TotalSeconds}s");
    }
}
