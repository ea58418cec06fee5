namespace Coordination.Benchmarks;

/// <summary>One thing to measure.</summary>
internal interface IWorkload
{
    /// <summary>What the command line and the tables call it.</summary>
    string Name { get; }

    /// <summary>One line for the help.</summary>
    string Description { get; }

    /// <summary>It starts and restarts servers itself, so it cannot measure one that is running already.</summary>
    bool NeedsLaunch { get; }

    /// <summary>It takes minutes and hardly varies: once is enough.</summary>
    bool IsLong { get; }

    /// <exception cref="LoadException">The server failed an operation, or failed altogether.</exception>
    Dictionary<Measure, double> Run(IServerTarget target, LoadOptions options, CancellationToken cancellation);
}
