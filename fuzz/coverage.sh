#!/usr/bin/env bash
# Says which lines ran, file by file, and which did not:
#   fuzz/coverage.sh TARGET                  seeds and corpus of one fuzz target
#   fuzz/coverage.sh --tests [cargo options] the tests; without options those of the library (-p bonafide)
# Stable Rust, no LLVM tools: the compiler counts (-Cinstrument-coverage), fuzz/coverage reads the counts.
# Doc tests do not count, nor does what tests run in other processes.
set -euo pipefail
cd "$(dirname "$0")"

what=${1:?a target or --tests? $(cd targets && echo *.rs)}
shift
out=$PWD/target/coverage
counts=$out/counts/${what#--}
rm -rf "$counts"
mkdir -p "$counts"
cargo build --quiet --release --locked -p coverage --target-dir "$out"

# Naming --target keeps the flag from build scripts. Each binary adds its counts to one file (%m),
# however often it runs.
host=$(rustc -vV | sed -n 's/^host: //p')
export LLVM_PROFILE_FILE=$counts/%m.profraw
if [[ $what == --tests ]]; then
  (($#)) || set -- -p bonafide
  tests=(cargo test --locked --target "$host" --target-dir "$out" --lib --bins --tests "$@")
  export RUSTFLAGS=-Cinstrument-coverage
  (cd .. && "${tests[@]}")
  mapfile -t binaries < <(cd .. && "${tests[@]}" --no-run 2>&1 |
    sed -n 's/^ *Executable .*(\(.*\))$/..\/\1/p')
else
  [[ -f targets/$what.rs ]] || { echo "no such target: $what" >&2; exit 2; }
  RUSTFLAGS="--cfg fuzzing -Cinstrument-coverage" \
    cargo build --quiet --locked --target "$host" --target-dir "$out" --bin "$what"
  binaries=("$out/$host/debug/$what")
  mapfile -t inputs < <(find "seeds/$what" "corpus/$what" -type f)
  printf '%s\0' "${inputs[@]}" | xargs -0 -n 500 "${binaries[0]}" 2> "$counts/log" ||
    { tail "$counts/log" >&2; exit 1; }
  echo "$what: ${#inputs[@]} inputs"
fi
"$out/release/coverage" ../src "$counts"/*.profraw -- "${binaries[@]}"
