"""Issues and presents credentials with the reference implementation: a line in, a line out."""

import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer


def mark(value, hidden):
    """Wraps what can be hidden: names of members, elements of arrays."""
    if not isinstance(value, (dict, list)):
        return value
    items = value.items() if isinstance(value, dict) else enumerate(value)
    marked = []
    for step, inner in items:
        paths = [path[1:] for path in hidden if path[0] == step]
        marked.append((step, mark(inner, [path for path in paths if path]), [] in paths))
    if isinstance(value, dict):
        return {SDObj(step) if hide else step: inner for step, inner, hide in marked}
    return [SDObj(inner) if hide else inner for _, inner, hide in marked]


def issue(order, issuer_key, holder_key):
    return SDJWTIssuer(
        mark(order["claims"], order["hidden"]),
        issuer_key,
        holder_key,
        sign_alg=order["alg"],
        add_decoy_claims=order["decoys"],
        extra_header_parameters=order["header"],
    ).sd_jwt_issuance


def present(issued, order, holder_key):
    holder = SDJWTHolder(issued)
    holder.create_presentation(
        order["frame"], order["nonce"], order["aud"], holder_key, sign_alg=order["holder_alg"]
    )
    return holder.sd_jwt_presentation


def key(jwk):
    return JWK.from_json(json.dumps(jwk))


def main():
    for line in sys.stdin:
        try:
            order = json.loads(line)
            holder_key = key(order["holder"])
            issued = issue(order, key(order["issuer"]), holder_key)
            answer = {"presentation": present(issued, order, holder_key)}
        except Exception as error:
            answer = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
