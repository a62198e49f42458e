// Status list tokens with @sd-jwt/jwt-status-list: a line in, a line out. Signatures are the caller's own there.
import { createInterface } from 'node:readline';
import { createHeaderAndPayload, getListFromStatusListJWT, StatusList } from '@sd-jwt/jwt-status-list';
import { signer, verifier } from './crypto.mjs';

const json = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function read({ read: token, jwk }) {
  const [header, payload, signature] = token.split('.');
  if (!verifier(jwk)(`${header}.${payload}`, signature)) throw new Error('bad signature');
  const { sub, iat, exp, ttl } = json(payload);
  return { typ: json(header).typ, sub, iat, exp, ttl, statuses: getListFromStatusListJWT(token).statusList };
}

function write({ write: statuses, bits, jwk, header, claims }) {
  const made = createHeaderAndPayload(new StatusList(statuses, bits), claims, header);
  const input = `${encoded(made.header)}.${encoded(made.payload)}`;
  return { token: `${input}.${signer(jwk)(input)}` };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const order = JSON.parse(line);
    answer = order.read ? read(order) : write(order);
  } catch (error) {
    answer = { error: `${error?.name}: ${error?.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
