// Issues and presents credentials with @sd-jwt/sd-jwt-vc: a line in, a line out.
import { createInterface } from 'node:readline';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, saltGenerator, signer } from './crypto.mjs';

// What can be hidden, as the library wants it: {_sd: [names], inner: {_sd: [names]}}.
export function disclosureFrame(hidden, decoys) {
  const frame = decoys ? { _sd_decoy: 3 } : {};
  for (const path of hidden) {
    let level = frame;
    for (const step of path.slice(0, -1)) level = level[step] ??= {};
    (level._sd ??= []).push(path.at(-1));
  }
  return frame;
}

async function present(order) {
  const { d, ...jwk } = order.holder;
  const instance = new SDJwtVcInstance({
    hasher,
    saltGenerator,
    signer: signer(order.issuer),
    signAlg: order.alg,
    kbSigner: signer(order.holder),
    kbSignAlg: order.holder_alg,
  });
  const claims = { ...order.claims, cnf: { jwk } };
  const header = { kid: order.header.kid }; // the library sets typ
  const issued = await instance.issue(claims, disclosureFrame(order.hidden, order.decoys), { header });
  const payload = { iat: order.now, aud: order.aud, nonce: order.nonce };
  return instance.present(issued, order.frame, { kb: { payload } });
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { presentation: await present(JSON.parse(line)) };
  } catch (error) {
    answer = { refused: `${error?.name}: ${error?.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
