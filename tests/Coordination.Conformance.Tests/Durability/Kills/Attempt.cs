using System.Diagnostics;
using Google.Protobuf;

namespace Coordination.Conformance.Tests;

/// <summary>A request that a client sent, and what it was told.</summary>
public sealed class Attempt(string name, IMessage request, long acknowledgedBefore)
{
    /// <summary>Round, client and sequence: unique in a run.</summary>
    public string Name { get; } = name;

    public IMessage Request { get; } = request;

    /// <summary>The highest revision anybody had been told of when this was sent: its own must be higher.</summary>
    public long AcknowledgedBefore { get; } = acknowledgedBefore;

    /// <summary>When it was sent, on <see cref="Stopwatch"/>'s clock.</summary>
    public long SentAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>What the server answered; null while nothing is known of it.</summary>
    public Acknowledgement? Acknowledgement { get; set; }

    /// <summary>The server said that it does not do it.</summary>
    public bool IsRefused { get; set; }

    /// <summary>No answer came: it is done whole, or not at all.</summary>
    public bool IsUnknown => Acknowledgement is null && !IsRefused;

    public override string ToString() =>
        $"{Name} {Acknowledgement?.ToString() ?? (IsRefused ? "refused" : "unanswered")} after {AcknowledgedBefore}: "
        + Shortened.Text(Request);
}
