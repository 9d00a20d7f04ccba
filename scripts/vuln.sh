#!/bin/sh
# Runs govulncheck: vuln.sh COMMAND… The program must not call code with a known
# vulnerability. Without access to the vulnerability database nothing is checked:
# that fails in CI and is a warning elsewhere.
set -eu
output=$(mktemp)
trap 'rm -f "$output"' EXIT
if "$@" ./... >"$output" 2>&1; then
	cat "$output"
	exit 0
fi
cat "$output"
grep -q 'fetching vulnerabilities' "$output" || exit 1
echo 'WARNING: the Go vulnerability database (https://vuln.go.dev) cannot be reached. Vulnerabilities were NOT checked.' >&2
[ -z "${CI:-}" ]
