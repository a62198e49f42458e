// Keys, signatures and digests of Node, in the form that @sd-jwt asks its caller for.
import { createHash, createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto';

const hash = (jwk) => (jwk.kty === 'OKP' ? null : 'sha256');
const options = (key) => ({ key, dsaEncoding: 'ieee-p1363' });

export const hasher = (data, alg) => createHash(alg.replace('-', '')).update(data).digest();
export const saltGenerator = (length) => randomBytes(length).toString('base64url');

export function signer(jwk) {
  const key = options(createPrivateKey({ key: jwk, format: 'jwk' }));
  return (data) => sign(hash(jwk), Buffer.from(data), key).toString('base64url');
}

// Canonical base64url only: this part is the caller's own.
export function verifier(jwk) {
  const key = options(createPublicKey({ key: jwk, format: 'jwk' }));
  return (data, signature) => {
    const bytes = Buffer.from(signature, 'base64url');
    return bytes.toString('base64url') === signature && verify(hash(jwk), Buffer.from(data), key, bytes);
  };
}
