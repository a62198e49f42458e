// Logs of did:webvh with didwebvh-ts: a line in, a line out. Ed25519 is Node's own there.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { createInterface } from 'node:readline';
import {
  AbstractCrypto, MultibaseEncoding, createDID, deactivateDID, deriveNextKeyHash, multibaseEncode,
  prepareDataForSigning, resolveDIDFromLog, updateDID,
} from 'didwebvh-ts';

const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const spki = Buffer.from('302a300506032b6570032100', 'hex');

class Crypto extends AbstractCrypto {
  static of(seed) {
    const key = createPrivateKey({ key: Buffer.concat([pkcs8, Buffer.alloc(32, seed)]), format: 'der', type: 'pkcs8' });
    const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
    const multikey = multibaseEncode(Buffer.concat([Buffer.from([0xed, 0x01]), raw]), MultibaseEncoding.BASE58_BTC);
    const crypto = new Crypto({
      verificationMethod: { id: `did:key:${multikey}#${multikey}`, type: 'Multikey', publicKeyMultibase: multikey },
    });
    return Object.assign(crypto, { key, multikey });
  }

  getVerificationMethodId() {
    return this.verificationMethod.id;
  }

  async sign({ document, proof }) {
    const signature = sign(null, await prepareDataForSigning(document, proof), this.key);
    return { proofValue: multibaseEncode(signature, MultibaseEncoding.BASE58_BTC) };
  }

  async verify(signature, message, publicKey) {
    const key = createPublicKey({ key: Buffer.concat([spki, Buffer.from(publicKey)]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  }
}

async function resolve({ resolve: log, witness }) {
  const entries = log.trim().split('\n').map((line) => JSON.parse(line));
  const options = { verifier: Crypto.of(1), ...(witness ? { witnessProofs: JSON.parse(witness) } : {}) };
  const { did, doc, meta } = await resolveDIDFromLog(entries, options);
  if (meta.error) throw new Error(JSON.stringify(meta.problemDetails ?? meta.error));
  const keys = (doc?.verificationMethod ?? []).map((method) => method.publicKeyMultibase);
  return { did, versionId: meta.versionId, deactivated: meta.deactivated, keys };
}

// The n-th entry is signed by the key of seed n; keys for assertions have seeds from 101 on.
async function make({ make: steps, prerotation }) {
  const text = (log) => log.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  const next = (n) => (prerotation ? { nextKeyHashes: [] } : {});
  const methods = (seeds) => seeds.map((seed) => ({
    type: 'Multikey', purpose: 'assertionMethod', publicKeyMultibase: Crypto.of(seed).multikey,
  }));
  const hashes = async (n) => (prerotation ? { nextKeyHashes: [await deriveNextKeyHash(Crypto.of(n).multikey)] } : next(n));
  let made;
  for (const [n, step] of steps.entries()) {
    const signer = Crypto.of(n + 1);
    const common = { signer, verifier: signer, updateKeys: [signer.multikey], ...(await hashes(n + 2)) };
    if (n === 0) {
      made = await createDID({ ...common, domain: 'kyc.example', created: step.time, verificationMethods: methods(step.keys) });
    } else {
      const by = prerotation ? signer : Crypto.of(n);
      const update = { ...common, signer: by, verifier: by, log: made.log, updated: step.time };
      made = await updateDID({ ...update, verificationMethods: methods(step.keys) });
    }
  }
  return { did: made.did, log: text(made.log) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const order = JSON.parse(line);
    answer = order.resolve ? await resolve(order) : await make(order);
  } catch (error) {
    answer = { error: `${error?.name}: ${error?.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
