using Coordination.Simulation;

SimulationArguments arguments;
try
{
    arguments = ArgumentParser.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}

if (arguments.ShowsHelp)
{
    Console.WriteLine(ArgumentParser.Usage);
    return 0;
}

return new SimulationRunner(arguments, Console.Out).Run();
