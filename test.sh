#!/usr/bin/env bash
# Restores, builds (Release, warnings are errors) and runs every test program of the solution. Needs the .NET SDK; the conformance suite
# installs the real etcd and the real clients that it needs, when they are missing (Debian, as root).
# The last line is `N passed, N failed`. Everything printed by the tests stays in artifacts/test.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

solution=Coordination.sln
log=artifacts/test.log
mkdir -p artifacts

# A build that fails is one failure, said in the same form.
trap 'echo "0 passed, 1 failed"' ERR
dotnet build "$solution" --configuration Release --nologo --verbosity quiet
trap - ERR

# A test program that runs no test at all counts as failed: `dotnet test` reports it as an error (exit code 8 of the program).
# A program that hangs is ended, and counts as failed too.
outcome=0
dotnet test --solution "$solution" --configuration Release --no-build --timeout 20m 2>&1 | tee "$log" || outcome=$?

count() { awk -v key="$1:" '/^Test run summary/ { summary = 1 } summary && $1 == key { n = $2 } END { print n + 0 }' "$log"; }
passed=$(count succeeded)
failed=$(count failed)
skipped=$(count skipped)
errors=$(count error)

# What failed is said once more, after all the rest: the beginning of a long log is soon lost.
awk '/^failed / { shown = 1 } /^[^ \t]/ && !/^failed / { shown = 0 } shown' "$log" | head -n 200

# Every test program must have taken part, whatever `dotnet test` thinks of the ones that it did not find.
shopt -s nullglob
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    if ! grep -q "^Running tests from .*[/\\]$name\.dll" "$log"; then
        echo "error: $name took no part in the test run: is it in $solution?"
        errors=$((errors + 1))
    fi
done

# A program that found no test, crashed or did not run has no failed test to show for it, but is a failure.
failed=$((failed + errors))
if [ "$failed" -eq 0 ] && { [ "$outcome" -ne 0 ] || [ "$passed" -eq 0 ]; }; then
    failed=1
fi

summary="$passed passed, $failed failed"
if [ "$skipped" -gt 0 ]; then
    summary="$summary, $skipped skipped"
fi

echo "$summary"
[ "$failed" -eq 0 ]
