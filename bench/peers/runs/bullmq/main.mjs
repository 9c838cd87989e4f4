// BullMQ: a job of five steps in its documented pattern of step jobs: what was done is stored in the job's data behind each step. The caller waits for the job's end.
import { Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { resultOf, serve, steps, versionOf } from '../line.mjs';

const connection = { host: '127.0.0.1', port: Number(process.env.BENCH_REDIS), maxRetriesPerRequest: null };
const queue = new Queue('runs', { connection });
const events = new QueueEvents('runs', { connection });
const worker = new Worker('runs', async job => {
  for (let i = job.data.results.length; i < steps.length; i++) await job.updateData({ ...job.data, results: [...job.data.results, resultOf(i + 1, job.data.run)] });
  return job.data.results;
}, { connection, concurrency: 32 });
// Each caller that waits listens to both; 32 of them are no leak.
for (const emitter of [queue, events]) emitter.setMaxListeners(0);
worker.on('error', error => console.error(error));
await Promise.all([queue.waitUntilReady(), events.waitUntilReady(), worker.waitUntilReady()]);
const client = new Redis(connection);

await serve(`BullMQ ${versionOf('bullmq')}, step job`, async run => (await queue.add('five', { run, results: [] })).waitUntilFinished(events), {
  // Commands, those inside of scripts counted too.
  operations: async () => Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))[1]),
  close: async () => { await worker.close(); await events.close(); await queue.close(); client.disconnect(); },
});
