global using StoreOperation = Coordination.Linearizability.Operation<
    Coordination.Linearizability.StoreRequest, Coordination.Linearizability.StoreAnswer>;
global using StoreRecorder = Coordination.Linearizability.HistoryRecorder<
    Coordination.Linearizability.StoreRequest, Coordination.Linearizability.StoreAnswer>;
