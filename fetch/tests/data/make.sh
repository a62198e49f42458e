#!/usr/bin/env bash
# How the certificates beside this script were made, with OpenSSL 3.0. They are for tests on one machine; the key is public.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out server.key
for name in authority stranger; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$name.key" -out "$work/$name.pem" \
    -subj "/CN=Bonafide tests: $name" -days 36500 \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
done
cp "$work/authority.pem" .

# FILE SIGNER HOST FROM UNTIL
leaf() {
  openssl req -new -key server.key -subj "/CN=$3" -out "$work/leaf.csr"
  printf 'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$3" > "$work/leaf.ext"
  printf '[ca]\ndefault_ca=own\n[own]\ndatabase=%s\nnew_certs_dir=%s\nrand_serial=yes\npolicy=any\n[any]\ncommonName=supplied\n' \
    "$work/index" "$work" > "$work/ca.conf"
  : > "$work/index"
  openssl ca -batch -notext -md sha256 -config "$work/ca.conf" -cert "$work/$2.pem" -keyfile "$work/$2.key" \
    -in "$work/leaf.csr" -extfile "$work/leaf.ext" -startdate "$4" -enddate "$5" -out "$1.pem" 2> /dev/null
}
leaf acme authority acme.example 20260101000000Z 21260101000000Z
leaf other authority other.example 20260101000000Z 21260101000000Z
leaf expired authority acme.example 20260101000000Z 20260201000000Z
leaf early authority acme.example 21250101000000Z 21260101000000Z
leaf stranger stranger acme.example 20260101000000Z 21260101000000Z
