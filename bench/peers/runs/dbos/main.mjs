// DBOS: a workflow of five steps. The caller awaits the workflow, which runs in its own process; start, each step and the end are stored.
import { DBOS } from '@dbos-inc/dbos-sdk';
import { resultOf, serve, steps, versionOf } from '../line.mjs';

DBOS.setConfig({ name: 'bench', systemDatabaseUrl: process.env.BENCH_POSTGRES, systemDatabasePoolSize: 32, logLevel: 'error' });

const workflow = DBOS.registerWorkflow(async run => {
  const results = [];
  for (let i = 0; i < steps.length; i++) results.push(await DBOS.runStep(async () => resultOf(i + 1, run), { name: steps[i] }));
  return results;
}, { name: 'fiveSteps' });

await DBOS.launch();
await serve(`DBOS ${versionOf('@dbos-inc/dbos-sdk')}`, run => workflow(run), { close: () => DBOS.shutdown() });
