#!/usr/bin/env bash
# Calls that are wrong, 50 000 of them, against one server: no fault, every body as the contract says, p99 at most 20 times that of an empty route.
#   tests/long/fuzz.sh [CALLS] [SEED]
set -euo pipefail
cd "$(dirname "$0")/../.."
export SWITCHBOARD_FUZZ_CALLS="${1:-50000}" SWITCHBOARD_FUZZ_SEED="${2:-$RANDOM}" SWITCHBOARD_FUZZ_TIMES=1
echo "seed $SWITCHBOARD_FUZZ_SEED, $SWITCHBOARD_FUZZ_CALLS calls"
dotnet test tests/Switchboard.Server.Tests --filter "FullyQualifiedName~FuzzTests" --logger "console;verbosity=detailed"
