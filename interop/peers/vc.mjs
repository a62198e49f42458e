// @sd-jwt/sd-jwt-vc as a credential of ours needs it: issuing, presenting, verifying.
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { hasher, saltGenerator, signer, verifier } from './crypto.mjs';

// What can be hidden, as the library wants it: {_sd: [names], inner: {_sd: [names]}}.
function disclosureFrame(hidden, decoys) {
  const frame = decoys ? { _sd_decoy: 3 } : {};
  for (const path of hidden) {
    let level = frame;
    for (const step of path.slice(0, -1)) level = level[step] ??= {};
    (level._sd ??= []).push(path.at(-1));
  }
  return frame;
}

// Keys are made ready here; what comes back signs with them.
export function parties(order) {
  const { d, ...jwk } = order.holder;
  const instance = new SDJwtVcInstance({
    hasher,
    saltGenerator,
    signer: signer(order.issuer),
    signAlg: order.alg,
    kbSigner: signer(order.holder),
    kbSignAlg: order.holder_alg,
  });
  const frame = disclosureFrame(order.hidden, order.decoys);
  const header = { kid: order.header.kid }; // the library sets typ
  const kb = { payload: { iat: order.now, aud: order.aud, nonce: order.nonce } };
  return {
    issue: () => instance.issue({ ...order.claims, cnf: { jwk } }, frame, { header }),
    present: (issued) => instance.present(issued, order.frame, { kb }),
  };
}

export function checker(issuer) {
  const kbVerifier = (data, signature, payload) => verifier(payload.cnf.jwk)(data, signature);
  const statusListFetcher = () => Promise.reject(new Error('no network'));
  return new SDJwtVcInstance({ hasher, verifier: verifier(issuer), kbVerifier, statusListFetcher });
}
