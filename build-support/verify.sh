#!/usr/bin/env bash
# Everything CI runs. Installs the Debian packages the tests drive when it may; otherwise names them and goes on without
# the tests that need them, saying so at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. build-support/find-jdk.sh
run_maven verify "$@"
