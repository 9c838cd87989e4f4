// LangGraph JS: a graph of five nodes in a row, its state saved in PostgreSQL behind each of them (durability "sync"). The caller invokes the graph in its own process.
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { resultOf, serve, steps, versionOf } from '../line.mjs';

const pool = new pg.Pool({ connectionString: process.env.BENCH_POSTGRES, max: 32 });
const saver = new PostgresSaver(pool);
await saver.setup();

const State = Annotation.Root(Object.fromEntries([['run', Annotation()], ...steps.map(s => [`${s}Result`, Annotation()])]));
let graph = new StateGraph(State);
steps.forEach((step, i) => { graph = graph.addNode(step, state => ({ [`${step}Result`]: resultOf(i + 1, state.run) })); });
steps.forEach((step, i) => { graph = graph.addEdge(i === 0 ? START : steps[i - 1], step); });
const app = graph.addEdge(steps.at(-1), END).compile({ checkpointer: saver });

await serve(`LangGraph JS ${versionOf('@langchain/langgraph')}, PostgreSQL saver ${versionOf('@langchain/langgraph-checkpoint-postgres')}, durability "sync"`, async run => {
  const state = await app.invoke({ run }, { configurable: { thread_id: run }, durability: 'sync' });
  return steps.map(s => state[`${s}Result`]);
}, { close: () => pool.end() });
