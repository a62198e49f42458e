// Issues and presents credentials with @sd-jwt/sd-jwt-vc: a line in, a line out.
import { createInterface } from 'node:readline';
import { parties } from './vc.mjs';

async function answer(order) {
  try {
    const { issue, present } = parties(order);
    return { presentation: await present(await issue()) };
  } catch (error) {
    return { refused: `${error?.name}: ${error?.message}` };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
}
