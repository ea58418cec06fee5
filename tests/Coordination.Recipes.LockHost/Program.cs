using Coordination.Recipes.LockHost;

// NAME ENDPOINT...: takes the lock until its input ends, which it does with the process that started it.
using var stop = new CancellationTokenSource();
var working = new LockWorkload(args[0], args[1..]).RunAsync(stop.Token);
await Console.In.ReadToEndAsync();
await stop.CancelAsync();
await working;
