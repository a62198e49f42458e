// Verifies presentations with @sd-jwt/sd-jwt-vc: a line in, a line out.
import { createInterface } from 'node:readline';
import { checker } from './vc.mjs';

const issuers = new Map();
function instance(issuer) {
  const jwk = JSON.stringify(issuer);
  if (!issuers.has(jwk)) issuers.set(jwk, checker(issuer));
  return issuers.get(jwk);
}

async function answer({ issuer, nonce, now, token }) {
  try {
    // The audience is the caller's to check: the library takes none.
    const options = { currentDate: now, keyBindingNonce: nonce };
    return { accepted: (await instance(issuer).verify(token, options)).payload };
  } catch (error) {
    return { refused: `${error?.name}: ${error?.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
