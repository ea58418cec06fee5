using System.Diagnostics;
using System.Text;

namespace Coordination.Linearizability;

/// <summary>
/// Judges any history against any model by search, part by part. Decides at once what is easy; what is not may take more than there is,
/// and is then undecided. Thread-safe.
/// </summary>
public sealed class LinearizabilityChecker<TState, TRequest, TAnswer>(IModel<TState, TRequest, TAnswer> model, SearchLimits? limits = null)
    where TState : notnull
    where TRequest : notnull
    where TAnswer : class
{
    /// <summary>The rule that is broken.</summary>
    public const string Rule = "Linearizability";

    private const int LastOperationsShown = 8;
    private const int StatesShown = 5;

    private readonly SearchLimits _limits = limits ?? new SearchLimits();

    /// <summary>Judges a history, in any order.</summary>
    public Verdict Check(IEnumerable<Operation<TRequest, TAnswer>> history)
    {
        var elapsed = Stopwatch.StartNew();
        Operation<TRequest, TAnswer>[] operations = [.. history.Where(operation => operation.Outcome != Outcome.Refused)];
        int configurations = 0;
        List<string> undecided = [];
        foreach ((string part, IEnumerable<Operation<TRequest, TAnswer>> ofPart) in Parts(operations))
        {
            LinearizabilitySearch<TState, TRequest, TAnswer> search = new(model, ofPart);
            bool? found = search.Run(_limits, elapsed);
            configurations += search.Configurations;
            if (found is false)
            {
                return Verdict.Of([new Violation(Rule, Explain(search, part))], Summary(operations.Length, configurations));
            }

            if (found is null)
            {
                undecided.Add(part.Length == 0 ? "the history" : part);
            }
        }

        return undecided.Count == 0
            ? Verdict.Of([], Summary(operations.Length, configurations))
            : Verdict.Undecided(
                $"gave up on {string.Join(", ", undecided)} after {configurations} configurations and"
                + $" {elapsed.Elapsed.TotalSeconds:F1} s.");
    }

    private static string Summary(int operations, int configurations) => $"{operations} operations, {configurations} configurations.";

    private IEnumerable<(string Part, IEnumerable<Operation<TRequest, TAnswer>> Operations)> Parts(
        Operation<TRequest, TAnswer>[] operations) =>
        Array.Exists(operations, operation => model.PartOf(operation.Request) is null)
            ? [(string.Empty, operations)]
            : operations.GroupBy(operation => model.PartOf(operation.Request)!, StringComparer.Ordinal)
                .OrderBy(part => part.Key, StringComparer.Ordinal)
                .Select(part => (part.Key, part.AsEnumerable()));

    /// <summary>The longest beginning that has an order, what cannot follow it, and the states that those who cannot would have
    /// seen.</summary>
    private string Explain(LinearizabilitySearch<TState, TRequest, TAnswer> search, string part)
    {
        var fullest = search.DeadEnds.MaxBy(configuration => configuration.Placed.Count)!;
        search.FindCandidates(fullest);
        var path = fullest.Path();
        StringBuilder text = new();
        text.Append(part.Length == 0 ? string.Empty : $"in {part}, ")
            .Append($"the longest prefix that has an order holds {fullest.Placed.Count} of {search.Operations} answered operations");
        text.Append(path.Count == 0 ? "." : path.Count > LastOperationsShown ? $" and ends in" : ":");
        foreach (var operation in path.TakeLast(LastOperationsShown))
        {
            text.Append($"\n    {operation}");
        }

        text.Append($"\n  then the state is {fullest.State}, and nothing can follow:");
        foreach (var candidate in search.Candidates)
        {
            TAnswer expected = model.Step(fullest.State, candidate.Request).Answer;
            text.Append($"\n    {candidate}")
                .Append(expected.Equals(candidate.Answer) ? "\n      fits, but nothing fits after it" : $"\n      should be => {expected}");
        }

        object[] others = [.. search.DeadEnds.Select(configuration => (object)configuration.State).Distinct()
            .Where(state => !state.Equals(fullest.State)).Take(StatesShown)];
        text.Append(others.Length == 0 ? string.Empty : $"\n  nor in the other states possible there: {string.Join("; ", others)}");
        return text.ToString();
    }
}
