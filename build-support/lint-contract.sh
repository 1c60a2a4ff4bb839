#!/usr/bin/env bash
# Holds the API's document against the rules that others hold theirs against: Spectral, with its rules for OWASP's API Security
# Top 10. contract-lint/ pins the versions and says why a rule does not fit. What the server itself demands of the document it
# checks at every start; this is a second opinion, and is left out, by name, where npm cannot fetch it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

left_out() {
    echo "LEFT OUT: the lint of the API's document, for $1"
    exit 0
}

command -v npm >/dev/null || left_out "want of npm (apt-get install npm)"

# Beside the document there is no place for what npm installs, and Spectral's overrides name files beside the rules.
work=target/contract-lint
mkdir -p "$work"
cp server/src/main/resources/dev/breakwater/server/api/openapi.yaml build-support/contract-lint/ruleset.yaml "$work"
for pinned in package.json package-lock.json; do
    cmp -s "build-support/contract-lint/$pinned" "$work/$pinned" || rm -rf "$work/installed"
    cp "build-support/contract-lint/$pinned" "$work"
done
if [ ! -e "$work/installed" ]; then
    (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent) || left_out "npm could not install it"
    touch "$work/installed"
fi

cd "$work"
exec node_modules/.bin/spectral lint --ruleset ruleset.yaml --fail-severity warn openapi.yaml
