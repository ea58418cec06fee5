namespace Coordination.Benchmarks;

/// <summary>A unary call whose whole answer is kept.</summary>
internal sealed class SingleCall : GrpcCall
{
    /// <summary>The message of the response, empty until it came.</summary>
    public byte[] Response { get; private set; } = [];

    /// <summary>How the call ended; null while it is under way.</summary>
    public GrpcOutcome? Outcome { get; private set; }

    protected override void OnMessage(ReadOnlySpan<byte> message) => Response = message.ToArray();

    protected override void OnEnd(GrpcOutcome outcome) => Outcome = outcome;
}
