using Coordination.Server;

return await NodeProcess.RunAsync(args);
