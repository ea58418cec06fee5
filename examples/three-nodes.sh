#!/usr/bin/env bash
# Starts a cluster of three nodes on loopback and stays until Ctrl-C, which ends it; the data stay, and the next start goes on with them.
# usage: examples/three-nodes.sh [FOLDER]     (FOLDER keeps the data and the logs; default: three-nodes)
# Clients: 127.0.0.1:2379, 127.0.0.1:22379, 127.0.0.1:32379.
set -euo pipefail
folder=$(realpath -m "${1:-three-nodes}")
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

dotnet build "$root/coordinator/Coordination.Server" -c Release --nologo -v quiet
program=$root/artifacts/bin/Coordination.Server/release/coordinator

clients=(2379 22379 32379)
peers=(2380 22380 32380)
cluster=n1=http://127.0.0.1:${peers[0]},n2=http://127.0.0.1:${peers[1]},n3=http://127.0.0.1:${peers[2]}
mkdir -p "$folder"
pids=()
stop() {
    kill "${pids[@]}" 2>/dev/null || true
    wait
}
trap stop EXIT
trap 'exit 0' INT TERM

for i in 0 1 2; do
    "$program" --name "n$((i + 1))" --data-dir "$folder/n$((i + 1))" \
        --listen-client-urls "http://127.0.0.1:${clients[i]}" --advertise-client-urls "http://127.0.0.1:${clients[i]}" \
        --listen-peer-urls "http://127.0.0.1:${peers[i]}" --initial-advertise-peer-urls "http://127.0.0.1:${peers[i]}" \
        --initial-cluster "$cluster" >>"$folder/n$((i + 1)).log" 2>&1 &
    pids+=($!)
done

# A node that answers /readyz has a leader and answers reads.
for i in 0 1 2; do
    until curl -fs -o "$folder/ready" "http://127.0.0.1:${clients[i]}/readyz"; do
        if ! kill -0 "${pids[i]}" 2>/dev/null; then
            echo "n$((i + 1)) did not start; the end of its log:" >&2
            tail -n 5 "$folder/n$((i + 1)).log" >&2
            exit 1
        fi
        sleep 0.1
    done
    echo "n$((i + 1)) is ready: http://127.0.0.1:${clients[i]} (process ${pids[i]}, log $folder/n$((i + 1)).log)"
done
echo "Ctrl-C stops all three; kill one of the processes to see the others go on."
wait
