#!/usr/bin/env bash
# Builds one fuzz target with stable Rust and runs it: fuzz/run.sh TARGET [SECONDS] [libFuzzer options]
# Needs a C and a C++ compiler. Finds go to fuzz/artifacts/TARGET, new inputs to fuzz/corpus/TARGET.
set -euo pipefail
cd "$(dirname "$0")"

target=${1:?which target? $(cd targets && echo *.rs)}
seconds=${2:-60}
shift; shift || true
[[ -f targets/$target.rs ]] || { echo "no such target: $target" >&2; exit 2; }
host=$(rustc -vV | sed -n 's/^host: //p')

# What `cargo fuzz` sets on nightly, without sanitizers: Rust's own checks find what safe code can do
# wrong. Naming --target keeps these flags from build scripts.
RUSTFLAGS="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module
  -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares"
export RUSTFLAGS
cargo build --quiet --release --locked --target "$host" --bin "$target"

mkdir -p "corpus/$target" "artifacts/$target" "seeds/$target"
exec "target/$host/release/$target" "corpus/$target" "seeds/$target" \
  -dict=tokens.dict -artifact_prefix="artifacts/$target/" \
  -max_total_time="$seconds" -max_len=16384 -timeout=5 -rss_limit_mb=2048 \
  -print_final_stats=1 "$@"
