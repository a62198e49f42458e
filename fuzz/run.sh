#!/usr/bin/env bash
# Builds one fuzz target with stable Rust and runs it:
#   fuzz/run.sh TARGET [SECONDS] [libFuzzer options]
#   fuzz/run.sh TARGET --until-quiet [SECONDS] [libFuzzer options]
# The second form stops when that time (600 s if not given) brought no new coverage mark in the library's
# own source, or in what is inlined there or around it, and the target ran at least 1 million times, `sd_jwt` and
# `webvh_log` 20 million times. It reads libFuzzer's lines for that (`addr2line` tells whose a mark is), and counts
# the seconds of processor time the target had, so that a busy machine makes no difference.
# Needs a C and a C++ compiler. Finds go to fuzz/artifacts/TARGET, new inputs to fuzz/corpus/TARGET.
set -euo pipefail
cd "$(dirname "$0")"

target=${1:?which target? $(cd targets && echo *.rs)}
[[ -f targets/$target.rs ]] || { echo "no such target: $target" >&2; exit 2; }
shift
quiet=0
if [[ ${1:-} == --until-quiet ]]; then
  shift
  quiet=${1:-600} seconds=0 # no end by time
else
  seconds=${1:-60}
fi
shift || true
host=$(rustc -vV | sed -n 's/^host: //p')

features=()
[[ $target == sealed ]] && features=(--features jwe)
# Naming --target keeps the flag from build scripts.
export RUSTFLAGS="--cfg fuzzing" RUSTC_WRAPPER=$PWD/instrument
cargo build --quiet --release --target "$host" --bin "$target" "${features[@]}"

# A new checkout goes on where an earlier run ended.
if [[ ! -d corpus/$target && -f corpora/$target.tar.gz ]]; then
  mkdir -p "corpus/$target"
  tar -xzf "corpora/$target.tar.gz" -C "corpus/$target"
fi
mkdir -p "corpus/$target" "artifacts/$target" "seeds/$target"
fuzz=("target/$host/release/$target" "corpus/$target" "seeds/$target"
  -dict=tokens.dict -artifact_prefix="artifacts/$target/"
  -max_total_time="$seconds" -max_len=16384 -timeout=5 -rss_limit_mb=2048
  -print_final_stats=1 "$@")
((quiet)) || exec "${fuzz[@]}"

# Whether the library's source has a part in what is compiled at an address.
library=$(cd .. && pwd)/src/
is_own() { addr2line -fie "${fuzz[0]}" "$1" | grep -cF "$library" >/dev/null; }
known=$(nm -C "${fuzz[0]}" | awk '$2 ~ /[tT]/ && $3 ~ /^bonafide::/ && !seen++ { print $1 }')
is_own "$known" || { echo "cannot tell which marks are of $library" >&2; exit 1; }
# Likewise of a mark, as libFuzzer prints its address in the running program.
is_own_mark() {
  local start
  read -r start < "/proc/$fuzzer/maps" || return 0
  is_own "$(printf '%x' $((${1##* } - 0x${start%%-*})))"
}

minimum=1000000
case $target in sd_jwt | webvh_log) minimum=20000000 ;; esac
runs=0 marks=0 features=0 new_mark=0 new_mark_runs=0 new_feature=0 used=0 rest=
SECONDS=0
exec 3< <(exec "${fuzz[@]}" -print_pcs=1 -print_funcs=0 2>&1)
fuzzer=$!
trap 'kill "$fuzzer" 2>/dev/null || true' EXIT
while true; do
  now=$(ps -o cputimes= -p "$fuzzer" || true)
  used=${now:-$used}
  if IFS= read -r -t 5 -u 3 line; then
    line=$rest$line rest=
    echo "$line"
    if [[ $line == *NEW_PC:* ]]; then
      # Asking takes a tenth of a second; in the crowd of the beginning all count.
      if ((used - new_mark < 10)) || is_own_mark "$line"; then new_mark=$used new_mark_runs=$runs; fi
    elif [[ $line =~ ^#([0-9]+).*' cov: '([0-9]+)' ft: '([0-9]+) ]]; then
      runs=${BASH_REMATCH[1]} marks=${BASH_REMATCH[2]}
      if ((BASH_REMATCH[3] > features)); then
        features=${BASH_REMATCH[3]} new_feature=$used
      fi
    elif [[ $line == stat::number_of_executed_units:* ]]; then
      runs=${line##* }
    fi
  elif (($? > 128)); then
    rest+=$line # five seconds without a line
  else
    break
  fi
  if ((used - new_mark >= quiet && runs >= minimum)); then
    kill -USR1 "$fuzzer" # libFuzzer ends by itself then, with 0
    minimum=$((2 ** 62))
  fi
done
code=0
wait "$fuzzer" || code=$?
trap - EXIT
echo "$target: $runs executions in $used s of processor time, $SECONDS s on the clock"
echo "$marks marks, none new in the library in the last $((used - new_mark)) s and $((runs - new_mark_runs)) executions"
echo "$features features, none new in the last $((used - new_feature)) s"
exit "$code"
