"""Verifies presentations with the reference implementation: a line in, a line out."""

import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier


class Verifier(SDJWTVerifier):
    """Key binding with the algorithm of the holder's key; without this it is always ES256."""

    def _verify_key_binding_jwt(self, expected_aud=None, expected_nonce=None, sign_alg=None):
        jwk = (self._holder_public_key_payload or {}).get("jwk") or {}
        alg = "EdDSA" if jwk.get("kty") == "OKP" else "ES256"
        super()._verify_key_binding_jwt(expected_aud, expected_nonce, alg)


def main():
    keys = {}
    for line in sys.stdin:
        question = json.loads(line)
        jwk = json.dumps(question["issuer"])
        if jwk not in keys:
            keys[jwk] = JWK.from_json(jwk)
        try:
            verifier = Verifier(
                question["token"], lambda iss, header: keys[jwk], question["aud"], question["nonce"]
            )
            answer = {"accepted": verifier.get_verified_payload()}
        except Exception as error:
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
