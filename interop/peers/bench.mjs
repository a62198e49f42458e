// Times @sd-jwt/sd-jwt-vc: an order first, then for each number of runs one line of µs.
import { createInterface } from 'node:readline';
import { checker, parties } from './vc.mjs';

async function timed(runs, work) {
  const start = performance.now();
  for (let run = 0; run < runs; run++) await work();
  return ((performance.now() - start) * 1e3) / runs;
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const order = JSON.parse((await lines.next()).value);
const { issue, present } = parties(order);
const { d, ...issuer } = order.issuer;
const instance = checker(issuer);
const issued = await issue();
const token = await present(issued);
const options = { currentDate: order.now, keyBindingNonce: order.nonce };

for await (const line of lines) {
  const runs = Number(line);
  const times = [
    await timed(runs, issue),
    await timed(runs, () => present(issued)),
    await timed(runs, () => instance.verify(token, options)),
  ];
  process.stdout.write(`${JSON.stringify(times)}\n`);
}
