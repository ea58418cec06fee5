namespace Coordination.Benchmarks;

/// <summary>A server under measurement, on one or several nodes.</summary>
internal interface IServerTarget
{
    /// <summary>What the tables call it.</summary>
    string Name { get; }

    /// <summary>What it says about its version.</summary>
    string Version { get; }

    /// <summary>Opens it for one measurement, with an empty store where it is started for that, and waits until it answers reads.</summary>
    /// <exception cref="LoadException">It does not answer.</exception>
    IServerSession Open(CancellationToken cancellation);
}
