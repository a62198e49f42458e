#!/usr/bin/env bash
# Looks for secrets where they do not belong: tests/canary.sh [PATH/TO/bonafide]
# Every command that is given or makes a secret waits on a pipe with part of it read. Meanwhile its command line and
# environment are looked at; or it is made to abort or fault, with core files allowed. Then all that was printed, and
# every file of the homes, the working folder, HOME and TMPDIR, is searched for passphrases, the 24 words, their root and
# guardians' shares, as they are and in base64, hex and UTF-16. Only `keys phrase` and the sheets may hold their one secret.
# Needs Linux and perl; as root it sees more of /proc. Ends in `N searched, N found`, with 1 where anything was found,
# and with 2 where the search itself does not find what was planted.
set -uo pipefail
bonafide=$(realpath "${1:-target/debug/bonafide}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work"/{secrets,run,tmp,person,looks,out,planted}
cd "$work/run"
ulimit -c unlimited
secrets=$work/secrets fifo=$work/fifo
mkfifo "$fifo"
cheap=(--kdf-cost lowest)

# The secrets. These words are published (BIP-39 test vectors), so their root is known.
random() { od -An -N12 -tx1 /dev/urandom | tr -d ' \n'; }
for name in passphrase second wrong; do echo "canary $(random) of the $name $(random)" > "$secrets/$name"; done
echo 'hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis' \
  'maple dilemma loan word shrug inflict delay length' > "$secrets/words"
root=68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c
sed 's/toddler/length/' "$secrets/words" > "$secrets/wrong-words"

# Reads lines `KIND TAB SECRET` ($1) and searches the files on standard input, one name a line. Prints what it finds.
cat > "$work/search.pl" <<'END'
use strict; use warnings; use MIME::Base64;
my @wanted;
sub text { # a text in every form
  my ($kind, $text) = @_;
  my %forms = (raw => $text, 'hex' => unpack('H*', $text), 'HEX' => uc unpack('H*', $text),
    'utf-16le' => join("\0", split //, $text), 'utf-16be' => join("\0", split //, $text));
  for my $shift (0 .. 2) { # wherever it stands in what is encoded; the ends depend on neighbours
    my $coded = encode_base64(('x' x $shift) . $text, '');
    $coded =~ s/=+$//;
    $coded = substr($coded, $shift ? 4 : 0, length($coded) - ($shift ? 4 : 0) - 2);
    $forms{"base64 $shift"} = $coded;
    ($forms{"base64url $shift"} = $coded) =~ tr|+/|-_|;
  }
  push @wanted, [$kind, $_, quotemeta $forms{$_}] for sort keys %forms;
}
open my $list, '<', shift or die;
while (<$list>) {
  chomp;
  my ($kind, $secret) = split /\t/;
  if ($kind eq 'root') {
    text($kind, pack 'H*', $secret);
  } elsif ($kind eq 'words') {
    my @words = split ' ', $secret;
    for my $at (0 .. $#words - 2) { # three in a row, whatever is between them
      push @wanted, [$kind, 'raw', '(?i)\b' . join('[^A-Za-z]{1,12}', @words[$at .. $at + 2]) . '\b'];
    }
    text($kind, join ' ', @words[$_ * 6 .. $_ * 6 + 5]) for 0 .. 3;
  } else { # halves, so that a part is found too
    my $half = int(length($secret) / 2);
    text($kind, $_) for substr($secret, 0, $half), substr($secret, $half);
  }
}
my %found;
while (my $file = <STDIN>) {
  chomp $file;
  open my $in, '<:raw', $file or next;
  local $/;
  my $content = <$in> // '';
  for my $wanted (@wanted) {
    my ($kind, $form, $pattern) = @$wanted;
    print "$kind\t$form\t$file\n" if $content =~ /$pattern/ && !$found{"$kind $form $file"}++;
  }
}
END
search() { perl "$work/search.pl" "$1"; }

# What others see of a running program: $1 its id, $2 the name to keep it under.
looks=0
look() {
  local what
  for what in cmdline environ; do
    # What cannot be read shows nothing.
    cat "/proc/$1/$what" > "$work/looks/$2.$what" 2>/dev/null && looks=$((looks + 1))
  done
}

# NAME, what to feed (a file of secrets, or - for none), what happens then (end, or a signal), and the command. It reads
# the last of its secrets from $fifo: all but the end of the line, and the rest once it was looked at.
commands=0 crashes=0 failed=0
run() {
  local name=$1 feed=$2 then=$3 pid n core; shift 3
  commands=$((commands + 1))
  name=$(printf '%03d-%s' "$commands" "$name")
  exec 7<>"$fifo"
  env -i HOME="$work/person" TMPDIR="$work/tmp" PATH="$PATH" RUST_BACKTRACE=1 RUST_LOG=trace \
    "$bonafide" "$@" < /dev/null > "$work/out/$name.stdout" 2> "$work/out/$name.stderr" 7>&- &
  pid=$!
  if [[ $feed != - ]]; then
    tr -d '\n' < "$secrets/$feed" >&7
    for ((n = 0; n < 20; n++)); do
      sleep 0.05
      ls -l "/proc/$pid/fd" 2>/dev/null | grep -q "$fifo" && break
    done
    sleep 0.05
  fi
  look "$pid" "$name"
  if [[ $then == end ]]; then
    echo >&7
  else
    crashes=$((crashes + 1))
    # More than once: the first SEGV that nothing caused is passed over by the handler for stack overflows.
    for ((n = 0; n < 20; n++)); do kill -"$then" "$pid" && sleep 0.05 || break; done 2>/dev/null
  fi
  exec 7>&-
  wait "$pid" 2>/dev/null
  status=$?
  last=$work/out/$name
  for core in core*; do [[ -f $core ]] && mv "$core" "$name.$core"; done # one core file does not hide another
}
# As above; such a command has to end like this, or nothing was tried.
must() {
  local wanted=$1; shift
  run "$@"
  if [[ $status != "$wanted" ]]; then
    failed=$((failed + 1))
    echo "FAILED $1: exit $status instead of $wanted: $(head -c 300 "$last.stderr" | tr '\n' ' ')"
  fi
}
# HOME and a command that opens it with the passphrase in the pipe.
with() { local home=$1; shift; must 0 "${1:-standing}" passphrase end --home "$home" --passphrase-file "$fifo" "$@"; }
new=(--new-passphrase-file "$secrets/passphrase" "${cheap[@]}")
old=(--passphrase-file "$secrets/passphrase")

each_command() {
  local nonce acme home signal exit
  # Wallets: of the known words, and of words made here.
  must 0 recover-words words end --home bird recover --phrase-file "$fifo" "${new[@]}"
  for home in acme harbor; do with "$home" init "${cheap[@]}"; done
  acme=$(cat "$work"/out/*-init.stdout | head -1)
  for home in acme harbor; do
    with "$home" keys phrase
    printf 'words\t%s\n' "$(cat "$last.stdout")" >> "$work/list"
    mv "$last.stdout" "$secrets/phrase-$home"
  done
  with bird keys phrase
  mv "$last.stdout" "$secrets/phrase-bird"
  # A credential, from proof to answer.
  with acme nonce
  nonce=$(cat "$last.stdout")
  with bird id
  with bird id --prove "$acme" --nonce "$nonce" --out proof
  echo '{"family_name":"Muster","given_name":"Erika","birthdate":"1984-08-12"}' > claims
  with acme issue kyc-identity --holder proof --nonce "$nonce" --claims claims --out credential
  with bird trust pin "$acme" --name Acme
  with harbor trust pin "$acme" --name Acme
  with bird add credential
  with bird list
  with bird --json list
  with bird show 1
  with bird show 1 --token
  with harbor request --type kyc-identity --claim birthdate --out ask
  with bird explain ask
  with bird present ask --yes --out answer
  with harbor verify answer
  with bird doctor
  with bird
  with bird types
  must 0 demo - end demo --dir demo
  # Keys and slots.
  with bird keys list
  with bird keys new --count 2
  with bird keys retire 2 --yes
  mkdir notices
  with bird keys compromised 3 --yes --out-dir notices
  with bird keys slots
  with bird keys add-slot shares --threshold 2 --shares 3 --out-dir "$secrets/sheets"
  sheets=("$secrets"/sheets/share-{1,2}-of-3.txt)
  must 0 add-slot second end --home bird "${old[@]}" keys add-slot passphrase --new-passphrase-file "$fifo" "${cheap[@]}"
  with bird keys remove-slot 3 --yes
  with bird backup --out saved
  must 0 change second end --home bird "${old[@]}" keys change-passphrase --new-passphrase-file "$fifo" "${cheap[@]}"
  must 0 change-back second end --home bird --passphrase-file "$fifo" keys change-passphrase "${new[@]}"
  # Back from everything there is.
  with bird recover --drill --backup saved
  must 0 drill-words words end --home bird recover --drill --phrase-file "$fifo"
  must 0 drill-shares - end --home bird recover --drill --share "${sheets[0]}" --share "${sheets[1]}"
  with back recover --backup saved
  must 0 recover-shares second end --home guarded recover --backup saved --share "${sheets[0]}" --share "${sheets[1]}" \
    --new-passphrase-file "$fifo" "${cheap[@]}"
  must 0 recover-both second end --home worded recover --backup saved --phrase-file "$secrets/words" \
    --new-passphrase-file "$fifo" "${cheap[@]}"
  with bird forget 1 --yes
  # Refusals say nothing of what they refuse.
  must 10 wrong wrong end --home bird --passphrase-file "$fifo" list
  must 10 wrong-json wrong end --home bird --passphrase-file "$fifo" --json list
  must 10 wrong-words wrong-words end --home none recover --phrase-file "$fifo" "${new[@]}"
  must 10 words-for-shares - end --home bird recover --drill --share "$secrets/words" --share "${sheets[1]}"
  must 10 shares-twice - end --home bird recover --drill --share "${sheets[1]}" --share "${sheets[1]}"
  sed 's/ \([a-z0-9]\)\([a-z0-9]\)\([a-z0-9][a-z0-9]\) / \2\1\3 /' "${sheets[0]}" > "$secrets/spoilt"
  must 10 share-spoilt - end --home bird recover --drill --share "$secrets/spoilt" --share "${sheets[1]}"
  must 2 argument - end --home bird "${old[@]}" list --passphrase x
  # Broken off while it holds a secret, and again.
  for signal in ABRT SEGV; do
    exit=$((128 + $(kill -l "$signal")))
    must "$exit" list passphrase "$signal" --home bird --passphrase-file "$fifo" list
    must "$exit" init passphrase "$signal" --home other --passphrase-file "$fifo" init "${cheap[@]}"
    must "$exit" words words "$signal" --home other recover --phrase-file "$fifo" "${new[@]}"
    must "$exit" words-held second "$signal" --home other recover --phrase-file "$secrets/words" --new-passphrase-file "$fifo"
    must "$exit" shares-held second "$signal" --home other recover --backup saved --share "${sheets[0]}" \
      --share "${sheets[1]}" --new-passphrase-file "$fifo"
    must "$exit" wallet-open second "$signal" --home bird "${old[@]}" keys change-passphrase --new-passphrase-file "$fifo"
  done
}

list_secrets() {
  local name
  for name in passphrase second wrong; do printf 'passphrase\t%s\n' "$(cat "$secrets/$name")"; done
  printf 'words\t%s\nroot\t%s\n' "$(cat "$secrets/words")" "$root"
}
# The share on a sheet, as text and in groups.
list_share() {
  local groups
  groups=$(grep -E '^  (bonafide1|([a-z0-9]{4} ){5})' "$1" | tr -s ' \n' ' ' | sed 's/^ //; s/ $//')
  printf 'share\t%s\nshare\t%s\n' "${groups// /}" "$groups"
}

list_secrets > "$work/list"

# The search finds what is planted: each kind in each form, in a file, a command line, an environment and a core file.
self_test() {
  local kind secret number=0 form found planted pid text
  printf 'share\tbonafide1qy%s%s\n' "$(random)" "$(random)" > "$work/list-planted"
  cat "$work/list" >> "$work/list-planted"
  while IFS=$'\t' read -r kind secret; do
    number=$((number + 1))
    text=$work/planted/$number
    if [[ $kind == root ]]; then perl -e 'print pack "H*", shift' "$secret"; else printf %s "$secret"; fi > "$text.secret"
    { head -c 300 /dev/zero; cat "$text.secret"; echo after; } > "$text.raw"
    { head -c $((number % 3)) /dev/zero; cat "$text.secret" <(echo after); } | base64 -w0 > "$text.base64"
    { head -c 1 /dev/zero; cat "$text.secret"; echo after; } | base64 -w0 | tr +/ -_ > "$text.base64url"
    od -An -v -tx1 "$text.secret" | tr -d ' \n' > "$text.hex"
    tr a-f A-F < "$text.hex" > "$text.upper"
    perl -0777 -ne 'print "\xff\xfe", map { "$_\0" } split //' "$text.secret" > "$text.utf-16le"
    perl -0777 -ne 'print "\xfe\xff", map { "\0$_" } split //' "$text.secret" > "$text.utf-16be"
    [[ $kind == words ]] && tr ' ' '\n' <<< "$secret" | cat -n > "$text.numbered"
    [[ $kind == words ]] && sed 's/ /","/g; s/.*/["&"]/' <<< "$secret" > "$text.json"
  done < "$work/list-planted"
  CANARY=$(cat "$secrets/passphrase") bash -c 'sleep 5; :' "$(cat "$secrets/second")" &
  pid=$!
  sleep 0.2
  look "$pid" planted
  kill "$pid"; wait "$pid" 2>/dev/null
  mv "$work"/looks/planted.* "$work/planted"
  looks=0
  core=none
  { (cd "$work/planted" && bash -c 'read -r held < "$1"; kill -SEGV $$; :' - "$secrets/wrong"); } > /dev/null 2>&1
  compgen -G "$work/planted/core*" > /dev/null && core=searched
  planted=$(find "$work/planted" -type f ! -name '*.secret' | wc -l)
  found=$(find "$work/planted" -type f ! -name '*.secret' | search "$work/list-planted" | cut -f3 | sort -u | wc -l)
  echo "self-test: $planted planted, $found found; core file of an unprotected program: $core"
  ((planted >= 40 && planted == found)) || { echo 'the search itself does not work'; exit 2; }
  rm -rf "$work/planted"
}

self_test
each_command
cp "$work/list" "$work/list-all"
for sheet in "$secrets"/sheets/*; do list_share "$sheet"; done >> "$work/list-all"
cores=$(find "$work" -type f -name '*core*' | wc -l)
# All but where the secrets came from, and what searches for them.
files() { find "$work/run" "$work/tmp" "$work/person" "$work/looks" "$work/out" -type f; }
searched=$(files | wc -l)
kinds=$(wc -l < "$work/list-all")
files | search "$work/list-all" > "$work/found"
# What may print its one secret printed nothing else.
find "$secrets" -name 'phrase-*' | search <(grep -v '^words' "$work/list-all") >> "$work/found"
find "$secrets/sheets" -type f | search <(grep -v '^share' "$work/list-all") >> "$work/found"
sed "s|$work/||; s/^/FOUND /" "$work/found"
found=$(wc -l < "$work/found")
echo "$commands commands, $failed failed; $looks looks at running ones; $crashes broken off, $cores core files"
echo "$kinds secrets in 11 forms, $searched searched, $found found"
((failed == 0 && found == 0 && cores == 0 && looks >= commands && searched > commands && kinds > 10))
