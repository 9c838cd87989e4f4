#!/usr/bin/env bash
# The long version of the injection test: a thousand injected texts through one server.
# tests/long/injections.sh [number]
set -euo pipefail
cd "$(dirname "$0")/../.."
export SWITCHBOARD_INJECTIONS="${1:-1000}"
dotnet test tests/Switchboard.Server.Tests --filter 'FullyQualifiedName~InjectedTextTests' --logger 'console;verbosity=detailed'
