#!/usr/bin/env bash
# Bonafide beside other implementations: interop/run.sh [PRESENTATIONS, 100000 unless told]
# Installs the peers in the versions pinned here, under this folder, and runs every check. Needs Rust,
# a C compiler, make, perl, Python 3.11 or newer with venv, Node 20 or newer with npm, and the registries.
set -uo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR=$PWD/target
passed=0 failed=0

# Runs a step and adds its last line, `N passed, N failed`, to the count. Without one it has failed.
count() {
  printf '\n== %s\n' "$*"
  local output last
  output=$("$@" 2>&1) || true
  last=$(tail -n 1 <<<"$output")
  printf '%s\n' "$output"
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
  fi
}

# Installs or builds something; what is not there has failed, and so will the checks that need it.
need() {
  printf '\n== %s\n' "$*"
  "$@" || { echo "FAILED $*"; failed=$((failed + 1)); }
}

need python3 -m venv target/venv
need target/venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
need npm ci --silent
need cargo build --release --locked --package interop-did-key
need cargo build --release --locked --package interop-sd-jwt
need cargo build --release --locked --package interop-files
need cargo build --release --locked --package interop-webvh

count target/release/interop-did-key
count target/release/interop-sd-jwt round-trips
count target/release/interop-sd-jwt differential "${1:-100000}"
count target/release/interop-files status-lists
count target/release/interop-files sealed-files
count target/release/interop-files webvh-logs

printf '\n%s passed, %s failed\n' "$passed" "$failed"
((failed == 0))
