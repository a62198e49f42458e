#!/usr/bin/env bash
# Makes every open, write, fsync, rename and the like of every command that changes a wallet fail, and kills the
# command there, one place at a time: tests/faults.sh [PATH/TO/bonafide]
# After each, the wallet must open with the old or the new content, and what was acknowledged must be there.
# Needs Linux and strace. Ends in `N cases, N failed`.
set -uo pipefail
bonafide=$(realpath "${1:-target/debug/bonafide}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

calls=(openat write fsync rename unlink unlinkat mkdir flock ftruncate fchmod linkat renameat2)
faults=(error=EIO error=ENOSPC error=EINTR error=EIO:signal=KILL)
cheap=(--kdf-cost lowest)
cases=0 failed=0

echo 'the first passphrase' > old
echo 'the second passphrase' > new
run() { local home=$1 passphrase=$2; shift 2; "$bonafide" --home "$home" --passphrase-file "$passphrase" "$@" 2>/dev/null; }
opens() { run "$1" "$2" list --json >/dev/null; }
count() { run "$1" "$2" list --json | grep -c '"id"'; }

# A holder with one credential, another credential, and the same wallet with two passphrases.
prepare() {
  local acme nonce
  acme=$(run acme old init "${cheap[@]}")
  run base old init "${cheap[@]}" >/dev/null
  nonce=$(run acme old nonce)
  run base old id --prove "$acme" --nonce "$nonce" --out proof
  echo '{"family_name":"Muster","given_name":"Erika","birthdate":"1984-08-12"}' > claims
  for name in one two; do
    run acme old issue kyc-identity --holder proof --nonce "$nonce" --claims claims --out "$name"
  done
  run base old add one
  run base old backup --out saved
  run harbor old init "${cheap[@]}" >/dev/null
  run harbor old request --type kyc-identity --claim birthdate --out ask
  cp -a base both
  cp -a base guarded
  run guarded old keys add-slot shares --threshold 2 --shares 2 --out-dir kept
  run guarded old backup --out guarded-saved
  run both old keys add-slot passphrase --new-passphrase-file new "${cheap[@]}"
  run base old keys phrase > words
  cp -a base wordless
  run wordless old keys remove-slot 1 --yes
  cp -a base keyed
  run keyed old keys new
}

# Whether what is there now is the old or the new content; and the new, where the command said so ($1 = 0).
ok_init() { [[ ! -e home/wallet.bonafide ]] && (($1)) || opens home old; }
ok_add() { local n; n=$(count home old); [[ $n == 2 ]] || { [[ $n == 1 ]] && (($1)); }; }
ok_forget() { local n; n=$(count home old); [[ $n == 0 ]] && opens home old || { [[ $n == 1 ]] && (($1)); }; }
ok_add_slot() { opens home old && { (($1)) || opens home new; }; }
ok_remove_slot() { opens home old && { (($1)) || ! opens home new; }; }
ok_change() { if opens home new; then ! opens home old; else opens home old && (($1)); fi; }
# Opened with the 24 words, and with nothing else.
ok_add_phrase() {
  opens home old && { (($1)) || run home old recover --drill --backup home/wallet.bonafide --phrase-file words >/dev/null; }
}
# A slot without sheets is no harm; sheets that are all there open it.
ok_add_shares() {
  opens home old || return
  [[ -e sheets/share-1-of-2.txt && -e sheets/share-2-of-2.txt ]] || { (($1)); return; }
  run home old recover --drill --share sheets/share-1-of-2.txt --share sheets/share-2-of-2.txt >/dev/null
}
# An answer that left belongs to a key that is noted.
ok_present() { opens home old && if [[ -e answer ]]; then run home old keys list --json | grep -q '"verifier"'; else (($1)); fi; }
ok_new_key() { local n; n=$(run home old keys list --json | grep -c '"key"'); [[ $n == 2 ]] || { [[ $n == 1 ]] && (($1)); }; }
state_is() { run home old keys list --json | grep -q "\"state\": \"$1\""; }
ok_retire() { opens home old && { (($1)) || state_is retired; }; }
# A notice that left is about a key that the wallet has marked.
ok_compromised() {
  opens home old || return
  if [[ -n $(ls notices) ]] || ! (($1)); then state_is compromised; fi && { (($1)) || [[ $(ls notices | wc -l) == 2 ]]; }
}
ok_backup() { opens home old && { [[ ! -e copy ]] && (($1)) || run home old recover --drill --backup copy >/dev/null; }; }
ok_recover_shares() { [[ ! -e home/wallet.bonafide ]] && (($1)) || [[ $(count home old) == 1 || $(count home new) == 1 ]]; }
ok_recover_phrase() {
  [[ ! -e home/wallet.bonafide ]] && (($1)) || [[ $(run home new id) == "$(run base old id)" ]]
}
ok_recover() { [[ ! -e home/wallet.bonafide ]] && (($1)) || [[ $(count home old) == 1 ]]; }

# NAME, the home it begins with, and the command.
each() {
  local name=$1 from=$2 call fault n status; shift 2
  local before=$cases
  for call in "${calls[@]}"; do
    for fault in "${faults[@]}"; do
      for ((n = 1; n < 200; n++)); do
        rm -rf home copy sheets answer trace notices
        mkdir notices
        [[ $from == none ]] || cp -a "$from" home
        strace -f -o trace -e trace="$call" -e inject="$call:$fault:when=$n" \
          "$bonafide" --home home --passphrase-file old "$@" >/dev/null 2>&1
        status=$?
        grep -q INJECTED trace || break
        cases=$((cases + 1))
        if ! "ok_$name" "$status"; then
          failed=$((failed + 1))
          echo "FAILED $name: $call $fault at $n, exit $status"
        fi
      done
    done
  done 2>/dev/null # where the shell would name every command killed
  printf '%-15s %5d cases\n' "$name" $((cases - before))
}

prepare >/dev/null
each init none init "${cheap[@]}"
each add base add two
each forget base forget 1 --yes
each add_slot base keys add-slot passphrase --new-passphrase-file new "${cheap[@]}"
each remove_slot both keys remove-slot 2 --yes
each change base keys change-passphrase --new-passphrase-file new "${cheap[@]}"
each present base present ask --yes --out answer
each new_key base keys new
each retire keyed keys retire 2 --yes
each compromised keyed keys compromised 1 --yes --out-dir notices
each backup base backup --out copy
each recover none recover --backup saved
each recover_phrase none recover --phrase-file words --new-passphrase-file new "${cheap[@]}"
each add_phrase wordless keys add-slot phrase
each add_shares base keys add-slot shares --threshold 2 --shares 2 --out-dir sheets
each recover_shares none recover --backup guarded-saved --share kept/share-1-of-2.txt --share kept/share-2-of-2.txt \
  --new-passphrase-file new "${cheap[@]}"
echo "$cases cases, $failed failed"
((failed == 0))
