#!/usr/bin/env bash
# The long version of the crash tests: every passing of every place in runs of each shape, then kills at random under load.
# tests/long/crash.sh [--kills 200] [--seed N] [--database sqlite|postgres] [--nodes 1] [--random-only] [--shape NAME] [--minutes 120]
set -euo pipefail
cd "$(dirname "$0")/../.."

kills=200 seed=20261125 database=sqlite nodes=1 only= minutes=120
while [ $# -gt 0 ]; do
  case "$1" in
    --kills) kills=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --database) database=$2; shift 2 ;;
    --nodes) nodes=$2; shift 2 ;;
    --shape) export SWITCHBOARD_KILLS_SHAPE=$2; shift 2 ;;
    --minutes) minutes=$2; shift 2 ;;
    --random-only) only=1; shift ;;
    *) sed -n 2,3p "$0" >&2; exit 2 ;;
  esac
done

case "$database" in
  sqlite) classes='FullyQualifiedName~SqliteRandomCrashTests'; [ -n "$only" ] || classes="$classes|FullyQualifiedName~SqliteShapeCrashTests|FullyQualifiedName~EndToEnd.CrashTests" ;;
  postgres) classes='FullyQualifiedName~PostgresRandomCrashTests'; [ -n "$only" ] || classes="$classes|FullyQualifiedName~PostgresShapeCrashTests" ;;
  *) echo "--database is sqlite or postgres" >&2; exit 2 ;;
esac

summary=$(mktemp)
trap 'rm -f "$summary"' EXIT
export SWITCHBOARD_KILLS="$kills" SWITCHBOARD_KILLS_NODES="$nodes" SWITCHBOARD_KILLS_SEED="$seed" SWITCHBOARD_KILLS_EVERY=1 SWITCHBOARD_KILLS_SUMMARY="$summary"
status=0 began=$SECONDS
# An enumeration is bounded by what the shape passes; what bounds the whole is time, so that a run that hangs is told.
timeout --signal=INT "$minutes"m dotnet test tests/Switchboard.EndToEnd --filter "$classes" || status=$?
echo "Kills ($database, seed $seed):"
cat "$summary"

# One line at the end says it all: a shape without a line of its own did not come to its end.
total=$(grep -oE '[0-9]+ kills' "$summary" | awk '{ n += $1 } END { print n + 0 }' || true)
lines=$(wc -l <"$summary")
if [ "$lines" -eq 0 ]; then status=1; fi
result=clean; [ "$status" -eq 0 ] || result='NOT CLEAN'
echo "$result: $database, $total kills in $lines enumerations and walks, $((SECONDS - began)) s"
exit "$status"
