#!/usr/bin/env bash
# Kills commands that change a wallet at random moments, and lets many change one wallet at once:
# tests/kills.sh [ROUNDS, 5000 unless told] [PATH/TO/bonafide]
# After each kill the wallet holds what it held before or what the command would have made of it; what a command
# acknowledged is there. Ends in `N rounds, N failed` and `N of N acknowledged adds are there`.
set -uo pipefail
rounds=${1:-5000}
bonafide=$(realpath "${2:-target/debug/bonafide}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
exec 2>/dev/null # where the shell would name every command killed

echo 'the first passphrase' > pass-0
echo 'the second passphrase' > pass-1
cheap=(--kdf-cost lowest)
run() { local home=$1 passphrase=$2; shift 2; "$bonafide" --home "$home" --passphrase-file "$passphrase" "$@"; }
# The passphrase that opens it, and how many credentials it holds.
state() {
  local pass list
  for pass in 0 1; do
    list=$(run holder "pass-$pass" list --json) && { echo "$pass $(grep -c '"id"' <<<"$list")"; return; }
  done
  echo lost
}

acme=$(run acme pass-0 init "${cheap[@]}")
run holder pass-0 init "${cheap[@]}" > /dev/null
nonce=$(run acme pass-0 nonce)
run holder pass-0 id --prove "$acme" --nonce "$nonce" --out proof
echo '{"family_name":"Muster","given_name":"Erika","birthdate":"1984-08-12"}' > claims
credential() { run acme pass-0 issue kyc-identity --holder proof --nonce "$nonce" --claims claims --out "$1"; }

failed=0 pass=0 held=0
for ((n = 1; n <= rounds; n++)); do
  case $((RANDOM % 3)) in
    0) credential next; command=(add next) then="$pass $((held + 1))" ;;
    1) last=$(run holder "pass-$pass" list --json | sed -n 's/.*"id": *\([0-9]*\).*/\1/p' | tail -1)
       [[ -n $last ]] || continue
       command=(forget "$last" --yes) then="$pass $((held - 1))" ;;
    2) command=(keys change-passphrase --new-passphrase-file "pass-$((1 - pass))" "${cheap[@]}")
       then="$((1 - pass)) $held" ;;
  esac
  "$bonafide" --home holder --passphrase-file "pass-$pass" "${command[@]}" > /dev/null &
  sleep "0.$(printf %03d $((RANDOM % 200)))"
  kill -9 $!
  wait $!
  status=$?
  now=$(state)
  if [[ $now != "$then" && ( $now != "$pass $held" || $status == 0 ) ]]; then
    failed=$((failed + 1))
    echo "FAILED round $n: ${command[*]}: was $pass $held, is $now, exit $status"
    [[ $now == lost ]] && break
  fi
  read -r pass held <<< "$now"
done
echo "$rounds rounds, $failed failed"

# 16 programs at once, with 100 credentials each.
for program in {1..16}; do
  for turn in {1..100}; do
    credential "crowd-$program-$turn"
    run holder "pass-$pass" add "crowd-$program-$turn" > /dev/null && echo added
  done > "added-$program" &
done
wait
added=$(cat added-* | grep -c added)
read -r _ now <<< "$(state)"
echo "$((now - held)) of $added acknowledged adds are there"
((failed == 0 && now - held == added))
