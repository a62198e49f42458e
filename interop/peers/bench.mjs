// Times @sd-jwt/sd-jwt-vc: an order first, then a line of µs for each line.
import { createInterface } from 'node:readline';
import { checker, parties } from './vc.mjs';

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) * 1e3;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const order = JSON.parse((await lines.next()).value);
const { issue, present } = parties(order);
const { d, ...issuer } = order.issuer;
const instance = checker(issuer);
const issued = await issue();
const token = await present(issued);
const options = { currentDate: order.now, keyBindingNonce: order.nonce };

for await (const _ of lines) {
  const times = [
    await timed(issue),
    await timed(() => present(issued)),
    await timed(() => instance.verify(token, options)),
  ];
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
