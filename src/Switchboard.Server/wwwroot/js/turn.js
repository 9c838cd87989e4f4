// Shows one run as its events arrive: who works on it, the answer growing, its sources, its why.
import { advance, emptyRun } from './runs.js';

export class Turn {
  run = emptyRun();
  #page;
  #shown;
  #decision;
  #reply = null;

  /**
   * @param {import('./render.js').Transcript} page
   * @param {Set<string>} shown ids of the messages on the page
   * @param {(runId: string) => Promise<object|null>} decision reads the stored why
   */
  constructor(page, shown, decision) {
    this.#page = page;
    this.#shown = shown;
    this.#decision = decision;
  }

  follow(event) {
    const { kind, data } = event;
    advance(this.run, event);
    if (kind === 'agent.started') this.#reply?.author(data.name ?? data.agentId);
    else if (kind === 'text.delta') this.#open(data).part(data.text);
    else if (kind === 'citation') this.#reply?.cite(data);
    else if (kind === 'message.completed') this.#complete(data);
  }

  #open({ agentName }) {
    const agent = this.run.agents.at(-1);
    return this.#reply ??= this.#page.reply({ name: agentName ?? agent?.name ?? agent?.agentId ?? 'Agent' });
  }

  #complete(data) {
    if (this.#shown.has(data.messageId)) return;
    this.#shown.add(data.messageId);
    const view = this.#open(data);
    if (data.agentName) view.author(data.agentName);
    if (view.isEmpty) view.text(data);
    view.complete(data);
    view.why(this.run, () => this.#decision(this.run.id));
  }
}
