# Adds up samples with stacks, in the shape that "perf script -F comm,ip,sym,dso" prints, by component of the node: one line for each, with
# its share and what of that is its own code, the runtime's and the kernel's. A sample belongs to the innermost frame of a component.

# The type whose method a frame is in, without what its parameters and type arguments name.
function type_of(frame) {
    sub(/::.*/, "", frame)
    while (sub(/\[[^][]*\]/, "", frame)) { }
    sub(/ *\([^()]*\)$/, "", frame)
    sub(/.* /, "", frame)
    return frame
}
function component(frame) {
    if (frame ~ /librocksdb/) return "storage (RocksDB)"
    frame = type_of(frame)
    if (frame ~ /^Coordination\.StateMachine\./) return "apply (state machine)"
    if (frame ~ /^Coordination\.Storage\.(RocksDb|MetadataRecord|VersionRecord|LeaseRecord)/) return "storage (RocksDB)"
    if (frame ~ /^Coordination\.Storage\./) return "log"
    if (frame ~ /^Coordination\.Raft\./) return "consensus"
    if (frame ~ /^Coordination\.Replication\./) return "queueing (replica's loop)"
    if (frame ~ /^(Google\.Protobuf|Coordination\.Protocol)\./) return "protobuf"
    if (frame ~ /^Coordination\.Server\./) return "gRPC (calls)"
    if (frame ~ /^(Microsoft\.AspNetCore|System\.IO\.Pipelines|System\.Net)\./) return "HTTP/2 and sockets"
    return ""
}
function finish() {
    if (depth == 0) return
    total++
    owner = ""
    for (i = 1; i <= depth && owner == ""; i++) owner = component(frames[i])
    if (owner == "") owner = comm ~ /GC/ ? "garbage collection beside the rest" : "thread pool and other"
    kind = "own"
    if (frames[1] ~ /libcoreclr|libclr/) kind = "runtime"
    else if (frames[1] ~ /kernel/) kind = "kernel"
    samples[owner]++
    kinds[owner, kind]++
    depth = 0
}
/^[^ \t]/ { finish(); comm = $0; next }
/^[ \t]+[0-9a-f]/ { sub(/^[ \t]+[0-9a-f]+ /, ""); frames[++depth] = $0; next }
/^$/ { finish() }
END {
    finish()
    if (total == 0) { print "no samples" > "/dev/stderr"; exit 1 }
    for (owner in samples)
        printf "%s\t%.4f\t%.4f\t%.4f\t%.4f\n", owner, samples[owner] / total, kinds[owner, "own"] / total,
            kinds[owner, "runtime"] / total, kinds[owner, "kernel"] / total
}
