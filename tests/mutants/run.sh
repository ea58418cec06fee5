#!/usr/bin/env bash
# Proves that the simulator finds bugs: plants each bug of this folder in a copy of the repository, builds the simulator there and runs
# it with one seed after the other until it reports a violation. Prints a table in Markdown, also to artifacts/mutants/table.md.
# Exit code 0 only if the copy without a bug is found sound, every patch applies and every bug is found.
#
#   tests/mutants/run.sh [--only NN[,NN...]] [--max-seconds S] [--seeds N] [--no-control] [--check]
#
#   --only         only the patches of these numbers
#   --max-seconds  how long to search for one bug (default 120)
#   --seeds        how many seeds to try for one bug (default 100000)
#   --no-control   skip the copy without a bug
#   --check        only find out whether every patch applies; builds and runs nothing
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work="$root/artifacts/mutants"
tree="$work/tree"
table="$work/table.md"
planted="$work/planted"
max_seconds=120
max_seeds=100000
only=
control=1
check=
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
# The copy lies inside the repository's working tree; git must not take it for a part of it.
export GIT_CEILING_DIRECTORIES="$work"

fail() { echo "error: $*" >&2; exit 2; }

while [ $# -gt 0 ]; do
    case "$1" in
        --only) only=${2:?--only needs numbers}; shift 2 ;;
        --max-seconds) max_seconds=${2:?--max-seconds needs a number}; shift 2 ;;
        --seeds) max_seeds=${2:?--seeds needs a number}; shift 2 ;;
        --no-control) control=; shift ;;
        --check) check=1; shift ;;
        *) fail "unknown option $1; see the head of $0" ;;
    esac
done

patches=()
for patch in "$here"/[0-9][0-9]-*.patch; do
    number=$(basename "$patch" | cut -c1-2)
    if [ -z "$only" ] || [[ ",$only," == *",$number,"* ]]; then
        patches+=("$patch")
    fi
done
[ ${#patches[@]} -gt 0 ] && [ -f "${patches[0]}" ] || fail "no patch to try"

# Text after `Name:` in the header of a patch.
header() { sed -n "/^diff /q; s/^$2: *//p" "$1" | head -n 1; }

if [ -n "$check" ]; then
    cd "$root"
    stale=0
    for patch in "${patches[@]}"; do
        if [ -z "$(header "$patch" Bug)" ] || [ -z "$(header "$patch" Breaks)" ]; then
            echo "$(basename "$patch"): the header must have a line Bug: and a line Breaks:"
            stale=$((stale + 1))
        fi
        if ! git apply --check "$patch"; then
            echo "$(basename "$patch"): does not apply"
            stale=$((stale + 1))
        fi
    done
    echo "${#patches[@]} mutants, $stale of them stale"
    [ "$stale" -eq 0 ]
    exit
fi

# Copies the sources as they are now. Unchanged ones keep their times, so that builds in the copy stay incremental; but projects that were
# last built with a bug count as changed, since the build would take that for newer than the sources.
refresh_tree() {
    mkdir -p "$tree"
    find "$tree" -mindepth 1 -maxdepth 1 ! -name artifacts -exec rm -rf {} +
    (cd "$root" && git ls-files -z --cached --others --exclude-standard \
        | while IFS= read -r -d '' file; do [ -e "$file" ] && printf '%s\0' "$file"; done \
        | tar --null --no-recursion -T - -cf -) | tar -xf - -C "$tree"
    local project
    for project in $(cat "$planted" 2>/dev/null); do
        find "$tree/$project" -name '*.cs' -exec touch {} +
    done
    rm -f "$planted"
}

# build PROJECT [OPTION...]: the analyzers have nothing to say about code that is wrong on purpose.
build() {
    local project=$1
    shift
    dotnet build "$tree/$project" --configuration Release --no-restore --nologo --verbosity quiet "$@" \
        -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
}

# plant PATCH: a simulator with the bug. A patch changes method bodies only, so its own projects are built and the others stay.
plant() {
    rm -rf "$work/simulator"
    cp -r "$work/sound" "$work/simulator"
    local project
    for project in $(sed -n 's#^+++ b/\(\(coordinator\|tests\)/[^/]*\)/.*#\1#p' "$1" | sort -u); do
        echo "$project" >>"$planted"
        build "$project" --no-dependencies || return 1
        cp "$tree/artifacts/bin/${project#*/}/release/${project#*/}.dll" "$work/simulator/" || return 1
    done
}

# simulate LOG SECONDS [OPTION...]: sets result to the simulator's last line, or to what became of it.
simulate() {
    local status=0 log=$1 seconds=$2
    shift 2
    timeout $((seconds + 60)) dotnet "$work/simulator/Coordination.Simulation.dll" \
        --seeds "1..$max_seeds" --max-seconds "$seconds" "$@" >"$log" 2>&1 || status=$?
    result=$(grep '^RESULT ' "$log" | tail -n 1 || true)
    if [ "$status" -eq 124 ]; then
        result="hung"
    elif [ -z "$result" ]; then
        result="crashed with exit code $status"
    fi
}

# row NUMBER BUG CAUGHT SEEDS RULE SECONDS
row() { echo "| $1 | $2 | $3 | $4 | $5 | $6 |" | tee -a "$table"; }

mkdir -p "$work"
refresh_tree
dotnet restore "$tree/tests/Coordination.Simulation" --verbosity quiet
bad=0
{
    echo "| # | Planted bug | Found | Seeds | Rule that found it | Seconds |"
    echo "|---|---|---|---|---|---|"
} | tee "$table"

if ! build tests/Coordination.Simulation >"$work/00-build.log" 2>&1; then
    cat "$work/00-build.log" >&2
    fail "the copy without a bug does not build"
fi

rm -rf "$work/sound"
cp -r "$tree/artifacts/bin/Coordination.Simulation/release" "$work/sound"

if [ -n "$control" ]; then
    plant /dev/null
    start=$SECONDS
    control_seconds=$((max_seconds < 30 ? max_seconds : 30))
    simulate "$work/00.log" "$control_seconds"
    case "$result" in
        "RESULT ok "*) row 00 "none: the code as it is" no "$(sed 's/.*seeds=\([0-9]*\).*/\1/' <<<"$result")" - $((SECONDS - start)) ;;
        *) row 00 "none: the code as it is" "**$result**" - - $((SECONDS - start)); bad=$((bad + 1)) ;;
    esac
fi

for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    number=${name%%-*}
    bug=$(header "$patch" Bug)
    if ! (cd "$tree" && git apply "$patch") 2>"$work/$number-apply.log"; then
        row "$number" "$bug" "**the patch does not apply**" - - -
        bad=$((bad + 1))
        continue
    fi

    start=$SECONDS
    if plant "$patch" >"$work/$number-build.log" 2>&1; then
        start=$SECONDS
        read -ra worlds <<<"$(header "$patch" Worlds)"
        simulate "$work/$number.log" "$max_seconds" "${worlds[@]}"
    else
        result="does not build"
    fi

    case "$result" in
        "RESULT violation "*)
            seeds=$(sed -n 's/.* seeds-run=\([0-9]*\).*/\1/p' <<<"$result")
            rule=$(sed -n 's/.* rule=//p' <<<"$result")
            row "$number" "$bug" yes "$seeds" "$rule" $((SECONDS - start))
            ;;
        "RESULT ok "*)
            row "$number" "$bug" "**no**" "$(sed 's/.*seeds=\([0-9]*\).*/\1/' <<<"$result")" - $((SECONDS - start))
            bad=$((bad + 1))
            ;;
        *)
            row "$number" "$bug" "**$result**" - - $((SECONDS - start))
            bad=$((bad + 1))
            ;;
    esac

    (cd "$tree" && git apply -R "$patch")
done

echo
if [ "$bad" -eq 0 ]; then
    echo "Every planted bug was found."
else
    echo "$bad of $((${#patches[@]} + ${control:-0})) rows are not as they should be."
fi
[ "$bad" -eq 0 ]
