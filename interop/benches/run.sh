#!/usr/bin/env bash
# Times Bonafide and the peers on one credential: interop/benches/run.sh. Needs what run.sh needs.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=$PWD/target

python3 -m venv target/venv
target/venv/bin/pip install --quiet --disable-pip-version-check -r requirements.txt
npm ci --silent
cargo build --release --locked --package interop-sd-jwt
exec target/release/interop-sd-jwt bench
