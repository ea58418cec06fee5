#!/usr/bin/env bash
# Explains what an operation costs a node: processor time by component, sampled by perf, and bytes allocated by component, sampled by the
# runtime. Starts a node of its own on loopback with a folder of its own, under the load generator, and stops both.
#
#   tests/Coordination.Benchmarks/Profile/profile.sh WORKLOAD [COORDINATOR]
#
#   WORKLOAD      one of the load generator's that run against a server that runs already: put, get, txn, keepalive ...
#   COORDINATOR   the published program; published into artifacts/profile when missing
#
# Needs perf, and leave to use it (root, or kernel.perf_event_paranoid of 1 or less).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work="$root/artifacts/profile"
workload=${1:?"usage: profile.sh WORKLOAD [COORDINATOR]"}
coordinator=${2:-}
seconds=10
command -v perf > /dev/null || { echo "error: perf is missing; on Debian: apt-get install linux-perf" >&2; exit 2; }
rm -rf "$work/data"
mkdir -p "$work"
dotnet build "$root/tests/Coordination.Benchmarks" -c Release -v q -nologo
if [ -z "$coordinator" ]; then
    dotnet publish "$root/coordinator/Coordination.Server" -c Release -o "$work/coordinator" -v q -nologo
    coordinator="$work/coordinator/coordinator"
fi
benchmarks="$root/artifacts/bin/Coordination.Benchmarks/release/Coordination.Benchmarks"

# The names of compiled methods, for perf; the other variable only makes that cheaper.
export DOTNET_PerfMapEnabled=1 DOTNET_EnableWriteXorExecute=0
url=http://127.0.0.1:23791
maps=$(dirname "$(mktemp -u)")
"$coordinator" --data-dir "$work/data" --listen-client-urls $url --advertise-client-urls $url > "$work/node.log" 2>&1 &
node=$!
trap 'kill $node 2> /dev/null || true; wait $node 2> /dev/null || true; rm -f "$maps/perf-$node.map"' EXIT
for _ in $(seq 100); do
    curl -sf $url/readyz > /dev/null && break
    kill -0 $node || { cat "$work/node.log" >&2; exit 1; }
    sleep 0.1
done

metric() { curl -sf $url/metrics | awk -v name="$1" '$1 == name || index($1, name "{") == 1 { sum += $2 } END { printf "%.6f\n", sum }'; }
load() {
    "$benchmarks" load --endpoints 127.0.0.1:23791 --pids $node --workloads "$workload" --warm-up "$1" --seconds "$2" --repetitions 1 \
        > "$work/load.txt" 2>&1 || { cat "$work/load.txt" >&2; exit 1; }
}
calls() { metric grpc_server_handled_total; }

load 5 5
load 1 $((seconds + 2)) & loading=$!
sleep 2
before=$(calls) cpu_before=$(metric process_cpu_seconds_total) bytes_before=$(metric dotnet_gc_heap_total_allocated_total)
perf record -q -o "$work/perf.data" -F 999 -g -p $node -- sleep $((seconds - 1)) > /dev/null 2>&1
after=$(calls) cpu_after=$(metric process_cpu_seconds_total) bytes_after=$(metric dotnet_gc_heap_total_allocated_total)
wait $loading
perf script -i "$work/perf.data" -F comm,ip,sym,dso 2> /dev/null | awk -f "$here/components.awk" > "$work/time.tsv"
load 1 $((seconds + 2)) & loading=$!
sleep 2
"$benchmarks" allocations $node $((seconds - 2)) | awk -f "$here/components.awk" > "$work/bytes.tsv"
wait $loading

awk -F '\t' -v name="$workload" -v calls="$before $after" -v cpu="$cpu_before $cpu_after" -v bytes="$bytes_before $bytes_after" '
    function difference(pair, parts) { split(pair, parts, " "); return parts[2] - parts[1] }
    FNR == NR { time[$1] = $2; own[$1] = $3; runtime[$1] = $4; kernel[$1] = $5; next }
    { share[$1] = $2; if (!($1 in time)) time[$1] = 0 }
    END {
        n = difference(calls)
        us = difference(cpu) * 1e6 / n
        b = difference(bytes) / n
        printf "%s: %d calls, %.1f us of processor time and %.0f bytes allocated each\n\n", name, n, us, b
        print "| component | us | own code | runtime | kernel | bytes allocated |"
        print "|---|--:|--:|--:|--:|--:|"
        for (c in time)
            printf "| %s | %.2f | %.2f | %.2f | %.2f | %.0f |\n", c, time[c] * us, own[c] * us, runtime[c] * us, kernel[c] * us,
                share[c] * b | "sort -t \"|\" -k 3 -rn"
    }' "$work/time.tsv" "$work/bytes.tsv"
