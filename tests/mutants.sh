#!/usr/bin/env bash
# Changes the library in every way that cargo-mutants knows, one at a time, and tells which changes no
# test notices. Takes a copy, so work may go on meanwhile. Arguments go to cargo mutants:
#
#   cargo install cargo-mutants --locked
#   tests/mutants.sh                          # what decides whether a credential is accepted
#   tests/mutants.sh verify                   # verdicts alone
#   tests/mutants.sh trust --shard 0/4        # lists, histories of DIDs, status; a quarter of the changes
#   tests/mutants.sh wallet                   # the wallet, its keys and shares
#   tests/mutants.sh --file src/did/mod.rs    # one file
#
# What it found is in target/mutation/mutants.out; missed.txt lists what no test noticed.
set -euo pipefail
cd "$(dirname "$0")/.."

# Neither the wallet nor bundles are changed by most, and their tests take longer than all others together.
tests=(--skip wallet --skip bundles:: --skip columns:: --skip the_number_of_entries_is_bounded
  --skip every_file_runs_or_is_listed)
case "${1:-}" in
  '' | --*) (($#)) || set -- --file 'src/did/**' --file 'src/key/**' --file 'src/format/**' --file 'src/verify/**' ;;
  verify)
    shift
    set -- --file 'src/verify/**' "$@"
    tests=(verify refusals trusting verified vectors_sd_jwt bitstrings status_lists known_dids properties issuing
      round_trips received answering standing)
    ;;
  trust)
    shift
    set -- --file 'src/trust/**' --file 'src/resolve/**' --file 'src/status/**' "$@"
    ;;
  wallet) # with the tests that are about it, but for those that open thousands of changed files
    shift
    set -- --file 'src/wallet/**' --file src/columns.rs --file src/notice.rs "$@"
    tests=(wallet columns notices --skip every_changed_byte --skip a_wallet_too_large --skip row_50)
    ;;
  *) echo "no such set: $1 (verify, trust, wallet, or options of cargo mutants)" >&2; exit 2 ;;
esac
export CARGO_TARGET_DIR="$PWD/target/mutation"
mkdir -p "$CARGO_TARGET_DIR"
# Enough to notice a change, and quicker than what every other run makes.
export PROPTEST_CASES="${PROPTEST_CASES:-16}"
exec cargo mutants --package bonafide --output "$CARGO_TARGET_DIR" --colors never --timeout 120 "$@" -- \
  --lib --test suite -- "${tests[@]}"
