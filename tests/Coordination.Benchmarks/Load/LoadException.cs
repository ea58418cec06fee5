namespace Coordination.Benchmarks;

/// <summary>Ends a load run with a sentence for whoever started it.</summary>
internal sealed class LoadException(string message, Exception? inner = null) : Exception(message, inner);
