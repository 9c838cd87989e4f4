#!/usr/bin/env bash
# The long version of the injection tests: a thousand injected texts before the desk, and before a specialist that obeys them.
# tests/long/injections.sh [number]
set -euo pipefail
cd "$(dirname "$0")/../.."
export SWITCHBOARD_INJECTIONS="${1:-1000}"
dotnet test tests/Switchboard.Server.Tests --filter 'FullyQualifiedName~InjectedTextTests|FullyQualifiedName~ObeyingAgentTests' --logger 'console;verbosity=detailed'
