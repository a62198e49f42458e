#!/usr/bin/env bash
# Runs the walkthroughs with made-up people and the real program, in a scratch folder.
#   docs/walkthrough.sh            show everything
#   docs/walkthrough.sh --write    also put the output into docs/walkthrough-*.md
# The program: BONAFIDE, else target/debug/bonafide. In the documents, a line `<!-- run: a b -->` is
# followed by a console block that holds the output of the runs a and b below.
set -u
docs=$(cd "$(dirname "$0")" && pwd)
program=${BONAFIDE:-$docs/../target/debug/bonafide}
program=$(cd "$(dirname "$program")" && pwd)/bonafide
scratch=$(mktemp -d) && cd "$scratch" && mkdir out || exit 1
bonafide() { "$program" "$@"; }
export HOME=$scratch; unset XDG_STATE_HOME XDG_DATA_HOME BONAFIDE_HOME # nothing of the one who runs this

# run NAME COMMAND: prints the command, what it says on both streams, and its exit unless that is 0.
run() {
  { printf '$ %s\n' "$2"; eval "$2"; code=$?; [ $code = 0 ] || printf '(exit %s)\n' $code; } \
    > "out/$1" 2>&1 </dev/null
  cat "out/$1"
}

run setup 'echo "correct horse battery staple" > pass.txt
acme()   { bonafide --home acme   --passphrase-file pass.txt "$@"; }
erika()  { bonafide --home erika  --passphrase-file pass.txt "$@"; }
harbor() { bonafide --home harbor --passphrase-file pass.txt "$@"; }'
eval "$(sed '1d;s/^\$ //' out/setup)"; max() { bonafide --home max --passphrase-file pass.txt "$@"; }

# A wallet each
run k-init 'acme init'
run k-id 'ACME=$(acme id); echo $ACME'; ACME=$(acme id)
run i-init 'erika init'
run i-init-again 'erika init'
run i-id 'erika id'
run p-init 'harbor init'; HARBOR=$(harbor id); max init > /dev/null 2>&1

# Proof of possession
run k-nonce 'NONCE=$(acme nonce)'; NONCE=$(acme nonce 2> /dev/null)
run i-prove-short 'erika id --prove $ACME --nonce 12345 --out erika.proof'
run i-prove 'erika id --prove $ACME --nonce $NONCE --out erika.proof'
max id --prove "$ACME" --nonce "$NONCE" --out max.proof 2> /dev/null

# The identity, with mistakes in the claims file
run k-claims-bad 'cat > identity.json <<"END"
{ "family_name": "Muster", "given_name": "Erika", "birthdate": "12.08.1984", "nationality": "DE",
  "address": {"street_address": "Heidestrasse 17", "postal_code": "51147", "locality": "Köln", "country": "Germany"},
  "age_over_18": true, "assurance": {"level": "medium"} }
END'
run k-issue-bad 'acme issue kyc-identity --holder erika.proof --nonce $NONCE --claims identity.json --out identity.credential'
run k-claims 'cat > identity.json <<"END"
{ "family_name": "Muster", "given_name": "Erika", "birthdate": "1984-08-12", "nationalities": ["DE"],
  "address": {"street_address": "Heidestrasse 17", "postal_code": "51147", "locality": "Köln", "country": "DE"},
  "age_over_18": true, "assurance": {"framework": "eidas", "level": "substantial"}, "record_ref": "case-4711" }
END'
run k-other-nonce 'acme issue kyc-identity --holder erika.proof --nonce $(acme nonce 2>/dev/null) --claims identity.json --out identity.credential'
run k-issue 'acme issue kyc-identity --holder erika.proof --nonce $NONCE --claims identity.json --out identity.credential'
run k-reused 'acme issue kyc-identity --holder max.proof --nonce $NONCE --claims identity.json --out max.credential'
run i-cut 'head -c 600 identity.credential > cut.credential; erika add cut.credential'
run i-add 'erika add identity.credential'

# Screening on the identity presented; investor status on the provider's own identification
run k-aml 'cat > aml.json <<"END"
{ "sanctions_clear": true, "pep_clear": false, "risk_band": "low",
  "lists": [{"list": "ofac-sdn", "as_of": "2026-11-18"}, {"list": "eu-consolidated", "as_of": "2026-11-17"}] }
END'
run k-aml-unknown 'acme issue aml-screening --holder erika.proof --nonce $NONCE --claims aml.json --out aml.credential'
run k-request 'acme request --type kyc-identity --claim family_name --claim given_name --claim birthdate --out who.request'
run i-identify 'erika present who.request --yes --out who.answer'
run k-mismatch 'acme issue aml-screening --holder max.proof --claims aml.json --identity who.answer --out max.credential'
run k-aml-issue 'acme issue aml-screening --holder erika.proof --nonce $NONCE --claims aml.json --identity who.answer --out aml.credential'
run k-acc 'cat > investor.json <<"END"
{ "regime": "us-501a", "basis": ["501(a)(5)"], "networth_xpr_gt_usd_1m": true,
  "method": "third-party-letter", "attestor_role": "us-ria", "evidence_as_of": "2026-11-11" }
END'
run k-too-long 'acme issue accredited-individual --holder erika.proof --nonce $NONCE --claims investor.json --identified-here case-4711 --valid-for 180d --out investor.credential'
run k-acc-issue 'acme issue accredited-individual --holder erika.proof --nonce $NONCE --claims investor.json --identified-here case-4711 --out investor.credential'
run k-files 'ls -l *.credential'
run i-not-mine 'bonafide --home max --passphrase-file pass.txt add investor.credential'

# The platform asks, the investor answers
run p-typo 'harbor request --type accredited-individual --claim regime --claim networth --out harbor.request'
run p-request 'harbor request --type accredited-individual --claim regime --claim networth_xpr_gt_usd_1m --claim attestor_role --reference account-17 --out harbor.request'
run i-names 'erika trust pin $ACME --name "Acme Verify"
erika trust pin $HARBOR --verifier --name "Harbor Exchange"'
run i-nothing 'erika explain harbor.request'
run i-add-more 'erika add aml.credential && erika add investor.credential'
run i-list 'erika list'
run i-show 'erika show 1'
run i-explain 'erika explain harbor.request'
run i-declined 'erika present harbor.request --out harbor.answer'
run i-present 'erika present harbor.request --yes --out harbor.answer'
run i-unsigned 'cat > stranger.request <<END
{"client_id": "https://stranger.example", "response_type": "vp_token", "nonce": "n-0S6_WzA2Mj-n-0S6_WzA", "iat": $(date +%s), "exp": $(($(date +%s) + 600)),
 "dcql_query": {"credentials": [{"id": "q", "format": "dc+sd-jwt", "meta": {}, "claims": [{"path": ["birthdate"]}]}]}}
END
erika explain stranger.request'

# A second platform, and a stolen key
bonafide --home summit --passphrase-file pass.txt init > /dev/null 2>&1
bonafide --home summit --passphrase-file pass.txt request --type accredited-individual --claim regime --out summit.request 2> /dev/null
run i-second 'erika present summit.request --yes --out summit.answer'
run i-refill 'erika present summit.request --refill --columns 2 --out erika.more'
run k-more 'acme issue accredited-individual --holder erika.more --keys 2 --claims investor.json --identified-here case-4711 --out more.credentials'
run i-more 'erika add more.credentials'
run i-second-answer 'erika present summit.request --yes --out summit.answer'
run i-keys 'erika keys list'
run i-compromised 'mkdir tell; erika keys compromised 2 --yes --since 2026-11-20 --out-dir tell'
run i-stolen 'erika present summit.request --yes --credential 4'

run i-renew 'erika renew "acme verify" --type aml-screening --out erika.renewal'
run k-renew 'acme issue aml-screening --holder erika.renewal --claims aml.json --identified-here case-4711 --out renewed.credential'
run i-renewed 'erika add renewed.credential'

run i-wrong 'echo "correct horse battery stable" > wrong.txt; bonafide --home erika --passphrase-file wrong.txt list'
run i-doctor 'erika doctor'
run i-forget 'erika forget 2 --yes && erika list'

# The platform decides
run p-unknown 'harbor verify harbor.answer --request harbor.request'
run p-pin-web 'harbor trust pin did:web:acme.example'
run p-pin 'harbor trust pin $ACME --name "Acme Verify"'
run p-accept 'harbor verify harbor.answer --request harbor.request'
AT=$(sed -n 's/^ACCEPTED  at //p' out/p-accept)
run p-twice 'harbor verify harbor.answer --request harbor.request'
run p-json 'harbor verify harbor.answer --request harbor.request --at $AT --json'
run p-other 'harbor request --type aml-screening --claim sanctions_clear --out other.request
harbor verify harbor.answer --request other.request'
run p-later 'harbor verify harbor.answer --request harbor.request --at 2027-12-01'
run p-forged 'tr "~" "\n" < harbor.answer | sed "3d" | paste -sd "~" > forged.answer; harbor verify forged.answer --request harbor.request --at $AT'
run p-bare 'erika show 3 --token | bonafide verify - --nonce abcdefghijklmnopqrstuv --audience harbor --trust $ACME'
run p-sealed 'harbor request --type accredited-individual --claim regime --sealed --out sealed.request
erika present sealed.request --yes --out sealed.answer
harbor verify sealed.answer'
run p-sealed-other 'bonafide --home summit --passphrase-file pass.txt verify sealed.answer --request sealed.request --trust $ACME'

# The machine is lost: back with three of five guardians, then with the words alone
run r-shares 'erika keys add-slot shares --threshold 3 --shares 5 --out-dir guardians'
run r-sheet 'head -12 guardians/share-2-of-5.txt'
run r-backup 'erika backup --out erika.backup'
run r-drill 'erika recover --drill --backup erika.backup --share guardians/share-1-of-5.txt --share guardians/share-3-of-5.txt --share guardians/share-5-of-5.txt'
run r-doctor 'erika doctor'
run r-lost 'rm -r erika; erika list'
run r-few 'erika recover --backup erika.backup --share guardians/share-2-of-5.txt --share guardians/share-5-of-5.txt --new-passphrase-file pass.txt'
run r-typo 'sed "s/\(bonafide1....\).\(.*\)/\1x\2/" guardians/share-4-of-5.txt > typed.txt
erika recover --backup erika.backup --share guardians/share-2-of-5.txt --share typed.txt --share guardians/share-5-of-5.txt --new-passphrase-file pass.txt'
run r-back 'erika recover --backup erika.backup --share guardians/share-2-of-5.txt --share guardians/share-4-of-5.txt --share guardians/share-5-of-5.txt --new-passphrase-file pass.txt'
run r-list 'erika list'
run r-present 'harbor request --type accredited-individual --claim regime --out again.request
erika present again.request --yes --out again.answer
harbor verify again.answer --request again.request'
run r-words 'erika keys phrase > words.txt; rm -r erika
bonafide --home erika --passphrase-file pass.txt recover --phrase-file words.txt --new-passphrase-file pass.txt'
run r-add 'erika add identity.credential && erika add investor.credential'
run r-last 'harbor request --type accredited-individual --claim regime --out last.request
erika present last.request --yes --out last.answer
harbor verify last.answer --request last.request'

# A whole offering from a spreadsheet, mended by the messages alone
mkdir -p proofs
for name in ann ben cleo; do
  bonafide --home $name --passphrase-file pass.txt init > /dev/null 2>&1
  bonafide --home $name --passphrase-file pass.txt id --columns 2 --prove "$ACME" --nonce "offering-4711-nonce-for-$name" --out proofs/$name.proof 2> /dev/null
done
ann() { bonafide --home ann --passphrase-file pass.txt "$@"; }
run b-table 'cat > offering.csv <<"END"
external_id;proof;nonce;identified_here;Family Name;given_name;birthdate;nationality;country;age_over_18;assurance.level;sanctions_clear;risk_band
INV-1;proofs/ann.proof;offering-4711-nonce-for-ann;file 1;Amsler;Ann;1980-02-03;CH;CH;yes;substantial;yes;low
INV-2;proofs/ben.proof;offering-4711-nonce-for-ben;file 2;Bär;Ben;31.02.1980;Germany;DE;yes;substantial;yes;low
INV-3;proofs/clea.proof;offering-4711-nonce-for-cleo;;=Cleo;Cleo;1991-12-24;FR|CH;FR;yes;substancial;yes;medium
END'
ISSUE='issue --batch offering.csv --types kyc-identity,aml-screening --columns 2 --assessed-on 2026-11-20 --out-dir handout'
run b-header "mkdir handout
acme issue --batch offering.csv --types kyc-identity,aml-screening --columns 2 --out-dir handout --dry-run"
run b-mended "sed -i '1s/nationality;country/nationalities;address.country/' offering.csv
acme $ISSUE --dry-run"
run b-again "sed -i 's/31.02.1980;Germany/1980-02-13;DE/; s/clea.proof/cleo.proof/; s/;;=Cleo/;file 3;Clerc/; s/substancial/substantial/; s/medium/standard/' offering.csv
acme $ISSUE --dry-run"
run b-issue "acme $ISSUE"
run b-twice "acme $ISSUE"
run b-files 'ls handout'
run b-add 'ann add handout/INV-1.bonafide'
run b-list 'ann list'

# Two folders with no network between them: `outside` is the web, `island` the platform's machine
run o-setup 'mkdir -p outside/web outside/lists island
kyc()    { bonafide --home outside/kyc    --passphrase-file pass.txt "$@"; }
market() { bonafide --home outside/market --passphrase-file pass.txt "$@"; }
bay()    { bonafide --home island/bay     --passphrase-file pass.txt "$@"; }
otto()   { bonafide --home island/otto    --passphrase-file pass.txt "$@"; }
for who in kyc market bay otto; do $who init > /dev/null 2>&1; done'
eval "$(sed '1s/^\$ //' out/o-setup)"
run o-create 'KYC=$(kyc did create --webvh kyc.example --out outside/web)'; KYC=$(kyc id 2> /dev/null)
run o-url 'kyc status set-url https://kyc.example/status'
run o-init 'market trust init us-securities --threshold 1 --label Market --out draft'
run o-propose 'market trust propose --edit draft --attribute investor=accredited-individual --validator $KYC --group "Acme Group" --role us-ria --approve investor --on-end grandfather --out proposal'
run o-publish 'market trust sign proposal --yes --out signed && market trust publish signed --out us-securities.1'
run o-believe 'bay trust add us-securities.1 --expect $(market trust show us-securities --json | sed -n "s/.*\"digest\": *\"\(sha256-[^\"]*\)\".*/\1/p" | head -1)'
NONCE=$(kyc nonce 2> /dev/null); otto id --prove "$KYC" --nonce "$NONCE" --out otto.proof 2> /dev/null
run o-issue 'kyc issue accredited-individual --holder otto.proof --nonce $NONCE --claims investor.json --identified-here case-9 --out otto.credential'
run o-lists 'kyc status publish --out-dir outside/lists'
run o-make 'market bundle make --log outside/web/did.jsonl --status outside/lists/1 --jurisdiction us-securities.1 --out carried.bundle && cp carried.bundle otto.credential island'
run o-inspect 'bay bundle inspect island/carried.bundle'
run o-add-bare 'otto add island/otto.credential'
run o-add 'otto add island/otto.credential --bundle island/carried.bundle'
run o-ask 'bay request --type accredited-individual --claim regime --claim method --out island/offer.request'
run o-answer 'otto present island/offer.request --yes --out island/offer.answer'
run o-bare 'bay verify island/offer.answer'
run o-verify 'bay verify island/offer.answer --bundle island/carried.bundle --explain'
run o-revoke 'kyc revoke 1 --reason no-longer-qualifies && kyc did rotate --out outside/web && kyc status publish --out-dir outside/lists'
run o-next 'market bundle make --log outside/web/did.jsonl --status outside/lists/1 --jurisdiction us-securities.1 --out next.bundle && cp next.bundle island'
run o-diff 'bay bundle diff island/carried.bundle island/next.bundle'
run o-again 'bay request --type accredited-individual --claim regime --out island/second.request
otto present island/second.request --yes --out island/second.answer 2> /dev/null
bay verify island/second.answer --bundle island/next.bundle'
run o-old 'bay verify island/second.answer --bundle island/carried.bundle'
run o-check 'bay trust check --issuer $KYC --attr investor'

[ "${1:-}" = --write ] && for page in "$docs"/walkthrough-*.md; do
  awk -v out="$scratch/out" '/^<!-- run: /{ names = $0; gsub(/<!-- run: | -->/, "", names); due = 1 }
    skipping && /^```$/ { skipping = 0 } skipping { next } { print }
    due && /^```console$/ { n = split(names, name, " "); due = 0; skipping = 1
      for (i = 1; i <= n; i++) while ((getline line < (out "/" name[i])) > 0) print line }' "$page" > "$page.new" \
    && mv "$page.new" "$page"
done
echo "All files are in $scratch"
