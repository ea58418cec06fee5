global using StoreOperation = Coordination.Linearizability.Operation<
    Coordination.Linearizability.StoreRequest, Coordination.Linearizability.StoreAnswer>;
