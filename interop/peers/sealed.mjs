// Sealed files with jose: a line in, a line out.
import { createInterface } from 'node:readline';
import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';

async function open({ open: file, jwk }) {
  const { plaintext, protectedHeader } = await compactDecrypt(file, await importJWK(jwk, 'ECDH-ES'));
  return { content: Buffer.from(plaintext).toString('base64url'), header: protectedHeader };
}

async function seal({ seal: content, header, jwk }) {
  const file = new CompactEncrypt(Buffer.from(content, 'base64url')).setProtectedHeader(header);
  return { file: await file.encrypt(await importJWK(jwk, 'ECDH-ES')) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const order = JSON.parse(line);
    answer = await (order.open ? open(order) : seal(order));
  } catch (error) {
    answer = { error: `${error?.name}: ${error?.message}` };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
