global using RegisterOperation = Coordination.Linearizability.Operation<
    Coordination.Linearizability.RegisterRequest, Coordination.Linearizability.RegisterAnswer>;
global using StoreOperation = Coordination.Linearizability.Operation<
    Coordination.Linearizability.StoreRequest, Coordination.Linearizability.StoreAnswer>;
