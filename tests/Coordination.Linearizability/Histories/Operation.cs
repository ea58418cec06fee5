namespace Coordination.Linearizability;

/// <summary>What the client knows of an operation that is over.</summary>
public enum Outcome
{
    /// <summary>The server did it and said so.</summary>
    Answered,

    /// <summary>The server said that it did not and will not do it.</summary>
    Refused,

    /// <summary>No answer came: it takes effect at any time after its start, however late, or never.</summary>
    Unknown,
}

/// <summary>One operation of a client.</summary>
/// <param name="Id">Names the operation in verdicts; unique in its history.</param>
/// <param name="Client">Who asked.</param>
/// <param name="Session">
/// The life of the member that was asked, such as <c>m1</c> or, after a restart, <c>m1.2</c>: within a session what is read locally never
/// goes back. Any text; <c>-</c> when it does not matter.
/// </param>
/// <param name="Start">Ticks of 100 ns on the history's clock, taken before the request was sent.</param>
/// <param name="End">The same, taken after the answer came or the client gave up.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Answer">What the server said; null unless answered.</param>
public sealed record Operation<TRequest, TAnswer>(
    int Id, int Client, string Session, long Start, long End, TRequest Request, Outcome Outcome, TAnswer? Answer)
    where TRequest : notnull
    where TAnswer : class
{
    /// <summary>
    /// True when this was certainly over before the other began. Equal ticks count as concurrent: a clock is not finer than its ticks.
    /// </summary>
    public bool IsBefore(Operation<TRequest, TAnswer> other) => Outcome != Outcome.Unknown && End < other.Start;

    /// <summary>The line of <see cref="HistoryText"/>.</summary>
    public override string ToString()
    {
        string asked = $"#{Id} c{Client} {Token.Escape(Session)} {Start} {End} {Token.Of(Outcome)} {Request}";
        return Answer is null ? asked : $"{asked} => {Answer}";
    }
}
