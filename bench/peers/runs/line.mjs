// The line protocol of bench: says "@ {ready}" once, then answers each line "run KIND SECONDS CLIENTS" with what was done. It ends with its input.
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

export const steps = ['read', 'check', 'decide', 'write', 'tell'];

/** What a step gives: the same few fields on every side. */
export const resultOf = (n, run) => ({ step: n, run, state: 'done', note: 'five durable steps, one small result each' });

const say = value => process.stdout.write(`@ ${JSON.stringify(value)}\n`);

/** The version of an installed package. */
export const versionOf = name => JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, `file://${process.argv[1]}`))).version;

/** Serves the protocol: `run` carries one run out and comes back with the results of its steps when it has ended. */
export async function serve(name, run, { operations = async () => null, close = async () => {} } = {}) {
  say({ name });
  for await (const line of createInterface({ input: process.stdin })) {
    const [, , seconds, clients] = line.split(' ');
    const began = performance.now();
    const end = began + Number(seconds) * 1000;
    const ms = [];
    const before = await operations();
    await Promise.all(Array.from({ length: Number(clients) }, async () => {
      while (performance.now() < end) {
        const at = performance.now();
        const results = await run(crypto.randomUUID());
        if (results.length !== steps.length || results.some((r, i) => r.step !== i + 1)) throw new Error(`not five results: ${JSON.stringify(results)}`);
        ms.push(performance.now() - at);
      }
    }));
    const took = (performance.now() - began) / 1000;
    const after = await operations();
    say({ runs: ms.length, seconds: took, ms, operations: before === null ? null : after - before });
  }
  await close();
  process.exit(0);
}
