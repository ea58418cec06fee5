namespace Coordination.StateMachine;

/// <summary>The second byte of a command, and the first of each operation in one. The numbers stand in the log.</summary>
internal enum CommandKind : byte
{
    Put = 1,
    DeleteRange = 2,
    Txn = 3,
    Compact = 4,
    LeaseGrant = 5,
    LeaseRevoke = 6,
    LeaseCheckpoint = 7,
    Alarm = 8,
    Range = 9,
    MetadataWrite = 10,
    DelegatePrefix = 11,
    DelegationFinished = 12,
    Receive = 13,
    Serve = 14,
    Retire = 15,
    AdoptPrefix = 16,
    LeaseAttach = 17,
    LeaseShadow = 18,
    LeaseEnd = 19,
    RevocationsFinished = 20,
}
