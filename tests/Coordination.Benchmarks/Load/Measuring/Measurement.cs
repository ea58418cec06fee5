namespace Coordination.Benchmarks;

/// <summary>What one workload found out about one server in one repetition.</summary>
internal sealed record Measurement(string Workload, string Server, int Repetition, IReadOnlyDictionary<Measure, double> Figures);
