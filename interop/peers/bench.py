"""Times the reference implementation: an order first, then a line of µs for each line."""

import json
import sys
from time import perf_counter

from present import issue, key, present
from verify import Verifier


def timed(work):
    start = perf_counter()
    work()
    return (perf_counter() - start) * 1e6


order = json.loads(sys.stdin.readline())
issuer_key, holder_key = key(order["issuer"]), key(order["holder"])
public = key({name: value for name, value in order["issuer"].items() if name != "d"})
issued = issue(order, issuer_key, holder_key)
token = present(issued, order, holder_key)


def verify():
    verifier = Verifier(token, lambda iss, header: public, order["aud"], order["nonce"])
    return verifier.get_verified_payload()


for line in sys.stdin:
    times = [
        timed(lambda: issue(order, issuer_key, holder_key)),
        timed(lambda: present(issued, order, holder_key)),
        timed(verify),
    ]
    print(json.dumps(times), flush=True)
