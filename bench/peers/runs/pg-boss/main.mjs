// pg-boss: it has no steps, so a run is five jobs, each sent by the one before it; workers are woken by NOTIFY. It has no way to wait for a job's end
// either: the caller is told by the last handler in its own process, just before that job is marked as done.
import { PgBoss } from 'pg-boss';
import { resultOf, serve, steps, versionOf } from '../line.mjs';

const boss = new PgBoss({ connectionString: process.env.BENCH_POSTGRES, max: 32, useListenNotify: true });
boss.on('error', error => console.error(error));
await boss.start();
const waiting = new Map();
for (const step of steps) await boss.createQueue(step, { notify: true });
for (let i = 0; i < steps.length; i++) {
  await boss.work(steps[i], { localConcurrency: 32, pollingIntervalSeconds: 0.5 }, async ([job]) => {
    const results = [...job.data.results, resultOf(i + 1, job.data.run)];
    if (i + 1 < steps.length) await boss.send(steps[i + 1], { run: job.data.run, results });
    else waiting.get(job.data.run)?.(results);
    return results.at(-1);
  });
}

await serve(`pg-boss ${versionOf('pg-boss')}, five jobs`, run => new Promise((resolve, reject) => {
  waiting.set(run, results => { waiting.delete(run); resolve(results); });
  boss.send(steps[0], { run, results: [] }).catch(reject);
}), { close: () => boss.stop({ graceful: false }) });
