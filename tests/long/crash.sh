#!/usr/bin/env bash
# The long version of the crash tests: every passing of every place in runs of each shape, then kills at random under load.
# tests/long/crash.sh [--kills 200] [--seed N] [--database sqlite|postgres] [--nodes 1] [--random-only]
set -euo pipefail
cd "$(dirname "$0")/../.."

kills=200 seed=20261125 database=sqlite nodes=1 only=
while [ $# -gt 0 ]; do
  case "$1" in
    --kills) kills=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --database) database=$2; shift 2 ;;
    --nodes) nodes=$2; shift 2 ;;
    --random-only) only=1; shift ;;
    *) sed -n 2,3p "$0" >&2; exit 2 ;;
  esac
done

case "$database" in
  sqlite) classes='FullyQualifiedName~SqliteRandomCrashTests'; [ -n "$only" ] || classes="$classes|FullyQualifiedName~SqliteShapeCrashTests" ;;
  postgres) classes='FullyQualifiedName~PostgresRandomCrashTests'; [ -n "$only" ] || classes="$classes|FullyQualifiedName~PostgresShapeCrashTests" ;;
  *) echo "--database is sqlite or postgres" >&2; exit 2 ;;
esac

summary=$(mktemp)
trap 'rm -f "$summary"' EXIT
export SWITCHBOARD_KILLS="$kills" SWITCHBOARD_KILLS_NODES="$nodes" SWITCHBOARD_KILLS_SEED="$seed" SWITCHBOARD_KILLS_EVERY=1 SWITCHBOARD_KILLS_SUMMARY="$summary"
status=0
dotnet test tests/Switchboard.EndToEnd --filter "$classes" || status=$?
echo "Kills ($database, seed $seed):"
cat "$summary"
exit "$status"
