#!/usr/bin/env bash
# Breaks the decisions of a stream, one place at a time, and counts how often its specs notice (docs/mutants.md).
# tests/mutants.sh [SERVICE/FOLDER...]; by default the three streams that the other rules rest on.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
dotnet tool restore >/dev/null
[ $# -gt 0 ] || set -- Scheduling/Cohorts Scheduling/Sessions Enrollment/TrainingRecords
status=0
for stream in "$@"; do
  what=()
  for file in ../services/"$stream"/*.cs; do
    # Doors, sweepers and what is read stand below the decision and need the servers: scenarios prove them.
    end=$(grep -boPm1 'static void (Map|Watch)\(|static async Task|class (Door|Sweeper|\w+Snapshot|TimeClashes|Transcript)\b' "$file" | head -1 | cut -d: -f1 || true)
    what+=(-m "**/${stream#*/}/$(basename "$file")${end:+{0..$end\}}")
  done
  echo "== $stream"
  (cd "${stream%/*}.Specs" && dotnet stryker -f ../stryker-config.yaml -p "${stream%/*}.csproj" -O "../../artifacts/mutants/$stream" --skip-version-check "${what[@]}") || status=1
done
exit $status
