#!/usr/bin/env bash
# Says which lines ran, file by file, and which did not:
#   fuzz/coverage.sh TARGET                   the parsers a fuzz target is for, by its seeds and corpus
#   fuzz/coverage.sh TARGET --seeds           by its seeds alone
#   fuzz/coverage.sh --tests [cargo options]  all files by the tests, those of the library (-p bonafide) if
#                                             no options are given
# Stable Rust, no LLVM tools: the compiler counts (-Cinstrument-coverage), fuzz/coverage reads the counts.
# Doc tests do not count, nor does what tests run in other processes. Not while the target is being fuzzed:
# libFuzzer removes inputs then.
set -euo pipefail
cd "$(dirname "$0")"

what=${1:?a target or --tests? $(cd targets && echo *.rs)}
shift
out=$PWD/target/coverage
only=()
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
  features=()
  [[ $what == sealed ]] && features=(--features jwe)
  RUSTFLAGS="--cfg fuzzing -Cinstrument-coverage" \
    cargo build --quiet --locked --target "$host" --target-dir "$out" --bin "$what" "${features[@]}"
  binaries=("$out/$host/debug/$what")
  case $what in
    sd_jwt) parsers=(format/sd_jwt/{parse,process,digest,mod}.rs encoding/base64url.rs) ;;
    disclosure) parsers=(format/sd_jwt/process.rs) ;;
    key_binding) parsers=(format/sd_jwt/key_binding.rs) ;;
    jwk) parsers=(key/jwk.rs) ;;
    did_url) parsers=(did/{mod,doc,key_method,jwk_method}.rs encoding/multibase.rs) ;;
    request_object) parsers=(request.rs format/jws.rs) ;;
    wallet_header) parsers=(wallet/{container,header,slot,passphrase_slot,phrase_slot,shares_slot,content,record}.rs) ;;
    proof) parsers=(possession.rs) ;;
    notice) parsers=(notice.rs) ;;
    phrase) parsers=(wallet/phrase.rs) ;;
    share) parsers=(wallet/share.rs) ;;
    json) parsers=(encoding/json/{mod,read,write}.rs) ;;
    claim_path) parsers=(encoding/path.rs) ;;
    dcql) parsers=(dcql.rs) ;;
  esac
  for file in "${parsers[@]}"; do only+=(--only "$file"); done
  mkdir -p "corpus/$what"
  places=("seeds/$what" "corpus/$what")
  [[ ${1:-} != --seeds ]] || places=("seeds/$what")
  mapfile -t inputs < <(find "${places[@]}" -type f)
  printf '%s\0' "${inputs[@]}" | xargs -0 -n 500 "${binaries[0]}" 2> "$counts/log" ||
    { tail "$counts/log" >&2; exit 1; }
  echo "$what: ${#inputs[@]} inputs from ${places[*]}"
fi
"$out/release/coverage" ../src "${only[@]}" "$counts"/*.profraw -- "${binaries[@]}"
