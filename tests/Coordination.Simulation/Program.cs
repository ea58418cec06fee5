using Coordination.Simulation;

return 0;
