// One conversation: sends what the customer writes, follows the events, and picks up again after a break or a reload.
import { ApiProblem, VisitorReplaced } from './api.js';
import { Decisions } from './decisions.js';
import { readHistory } from './history.js';
import { backoff, describe, mustBeEdited, newKey, pause } from './retry.js';
import { activityOf, emptyRun, isFromOutside } from './runs.js';
import { readEvents } from './sse.js';
import { Turn } from './turn.js';

const RESENDS = 6; // most of a minute: a server that starts again must not make the customer press a button

export class Conversation {
  #api;
  #memory;
  #page; // the transcript
  #on; // {busy(yes), giveBack(text)}
  #id = null;
  #lastSeq = 0;
  #seen = new Set(); // two streams may bring the same event
  #shown = new Set(); // ids of messages on the page
  #turn = null; // the run that is being watched
  #bubble = null;
  #busy = false;
  #byHuman = false;
  #awaiting = false; // an approval is being decided: its outcome comes by itself
  #line = null; // what the activity line says when the connection is fine
  #decisions = new Decisions();
  #closed = new AbortController();
  #watching = null;

  constructor({ api, memory, transcript, on }) {
    this.#api = api;
    this.#memory = memory;
    this.#page = transcript;
    this.#on = on;
  }

  /** Stops listening; the run itself goes on at the server. */
  close() {
    this.#closed.abort();
    this.#watching?.abort();
  }

  /** Shows what was said before the page was reloaded. */
  async restore() {
    const saved = this.#memory.conversation;
    const pending = this.#memory.pending;
    if (saved) {
      this.#id = saved.id;
      this.#page.loading(true);
      try {
        await this.#readAgain(saved);
      } catch (error) {
        if (!this.#closed.signal.aborted) this.#notRestored(error);
        return;
      } finally {
        this.#page.loading(false);
      }
    }
    // Kept only until the server took it, so it may or may not have arrived: with its key it cannot arrive twice.
    if (pending && this.#memory.pending) await this.#deliver(pending, this.#page.customer(pending.text));
  }

  async #readAgain(saved) {
    const { info, messages, finished, unfinished, runOf } = await readHistory(this.#api, saved, this.#closed.signal);
    if (this.#closed.signal.aborted) return;
    for (const message of messages) this.#showStored(message, runOf(message));
    for (const event of finished) this.#note(event.seq);
    for (const event of unfinished) this.#apply(event);
    const last = messages.findLast(message => message.author === 'customer');
    if (last?.text === this.#memory.pending?.text) this.#memory.pending = null;
    this.#byHuman ||= info.owner === 'human';
    const reply = messages.findLast(message => message.author === 'agent');
    this.#awaiting = reply?.status === 'waiting_approval';
    if (reply === messages.at(-1)) this.#offer(reply?.status);
    if (this.#mustWatch) this.#watch();
  }

  #notRestored(error) {
    if (error instanceof VisitorReplaced || error.status === 404) {
      this.#lose();
      return;
    }
    this.#page.problem(describe(error), { label: 'Try again', run: () => { this.#page.clear(); this.restore(); } });
  }

  #showStored(message, run) {
    this.#shown.add(message.id);
    if (message.author === 'customer') this.#bubble = this.#page.customer(message.text);
    else if (message.author !== 'agent') this.#showOutside(message);
    else {
      const view = this.#page.reply({ name: message.agentName ?? message.agentId ?? 'Agent' });
      for (const part of run?.parts.length > 0 ? run.parts : [message]) view.text(part);
      view.complete(message);
      view.why(run ?? emptyRun(), () => this.#decision(run?.id, message.sequence));
    }
  }

  /** Tells the server that an article was opened from an answer; that it did not arrive is nothing to bother anybody with. */
  opened(articleId, messageId) {
    this.#api.opened(articleId, messageId).catch(() => {});
  }

  /** Sends a message; resolves when it is answered, or when the events will tell. */
  async send(text) {
    if (this.#busy) return;
    const pending = { key: newKey(), text };
    this.#memory.pending = pending;
    this.#page.clearChoices();
    await this.#deliver(pending, this.#page.customer(text));
  }

  /** What asks for a yes or a no can be answered with one press. */
  #offer(status) {
    if (status === 'confirm') this.#page.choices(['Yes', 'No'], answer => this.send(answer));
  }

  async #deliver(pending, bubble) {
    this.#bubble = bubble;
    bubble.failed(false);
    bubble.note('');
    this.#setBusy(true);
    this.#say('Sending…');
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#post(pending);
        return;
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        this.#page.activity('Reconnecting…');
        const taken = this.#memory.pending?.key !== pending.key;
        if (taken) return this.#watch(); // the answer is on its way, only this stream of it broke
        if (attempt > RESENDS || !(await this.#mayResend(error, pending, attempt))) return this.#fail(error, pending, bubble);
      }
    }
  }

  async #post(pending) {
    const response = await this.#api.postMessage(this.#id, pending.text, pending.key, this.#closed.signal);
    if (!response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
      // A repeated key may be answered with the stored result; what it led to is in the events.
      this.#accepted((await response.json()).conversationId);
    } else {
      for await (const event of readEvents(response)) {
        this.#apply(event);
        if (event.kind === 'run.finished') return;
      }
      if (this.#memory.pending?.key === pending.key) throw new TypeError('The stream ended before the message was taken.');
    }
    if (this.#busy) this.#watch();
  }

  /** True when the same message should go out again without asking the customer. */
  async #mayResend(error, pending, attempt) {
    if (error instanceof VisitorReplaced || (error.status === 404 && this.#id)) {
      this.#lose('Your earlier session has ended, so this message starts a new conversation.');
      this.#setBusy(true);
      pending.key = newKey(); // another conversation, so another request
      this.#memory.pending = pending;
      return true;
    }
    // A server that lost its database says when to come back; under the same key nothing is taken twice.
    if (error instanceof ApiProblem && error.code !== 'in_progress' && error.status !== 503) return false;
    await pause(Math.max((error.retryAfter ?? 0) * 1000, backoff(attempt)), this.#closed.signal);
    return !this.#closed.signal.aborted;
  }

  #fail(error, pending, bubble) {
    this.#setBusy(false);
    this.#say(null);
    bubble.failed(true);
    bubble.note('Not sent');
    this.#memory.pending = null; // the button keeps it; a reload must not send what was shown as not sent
    this.#page.problem(describe(error), mustBeEdited(error)
      ? { label: 'Edit the message', run: () => { bubble.remove(); this.#on.giveBack(pending.text); } }
      : { label: 'Try again', run: () => { this.#memory.pending = pending; this.#deliver(pending, bubble); } });
  }

  /** Follows the conversation's events until nothing more is expected. */
  async #watch() {
    if (this.#watching) return;
    const stop = this.#watching = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#closed.signal]);
    for (let failures = 0; this.#mustWatch && !signal.aborted;) {
      let wait = 0;
      try {
        const response = await this.#api.events(this.#id, this.#lastSeq, signal);
        this.#page.activity(this.#line);
        for await (const event of readEvents(response)) {
          failures = 0;
          this.#apply(event);
          if (!this.#mustWatch) break;
        }
      } catch (error) {
        if (signal.aborted) break;
        if (error instanceof VisitorReplaced || error.status === 404 || error.status === 403) {
          this.#lose();
          break;
        }
        wait = (error.retryAfter ?? 0) * 1000;
      }
      if (!this.#mustWatch || signal.aborted) break;
      this.#page.activity('Reconnecting…');
      await pause(Math.max(wait, backoff(++failures)), signal);
    }
    if (this.#watching === stop) this.#watching = null;
  }

  get #mustWatch() {
    return this.#id !== null && (this.#busy || this.#byHuman || this.#awaiting);
  }

  #apply(event) {
    if (event.seq !== null && this.#seen.has(event.seq)) return;
    const { kind, data } = event;
    if (isFromOutside(event)) this.#outside(data);
    else if (kind === 'run.started') this.#begin(event);
    else if (this.#turn) this.#follow(event);
    this.#note(event.seq);
  }

  #begin(event) {
    const { conversationId, messageId } = event.data;
    this.#turn = new Turn(this.#page, this.#shown, runId => this.#decision(runId));
    this.#accepted(conversationId);
    if (messageId) this.#shown.add(messageId);
    this.#setBusy(true);
    this.#follow(event);
  }

  #follow(event) {
    const { kind, data } = event;
    this.#turn.follow(event);
    this.#say(kind === 'message.completed' ? null : activityOf(event) ?? this.#line);
    if (kind === 'handoff' || data.status === 'handed_off') this.#byHuman = true;
    if (kind === 'run.finished') this.#finish(data);
  }

  #finish({ status }) {
    const { reply, error, trigger } = this.#turn.run;
    const bubble = this.#bubble;
    this.#turn = null;
    this.#decisions.forget();
    this.#setBusy(false);
    this.#say(null);
    if (!reply && (error || status === 'failed' || status === 'cancelled')) {
      const detail = error?.message ?? 'Something went wrong while the agents worked on it. Your message is saved.';
      // Not the same key: that request is over, and its key would bring back the same failure.
      this.#page.problem({ title: 'This could not be answered', detail }, bubble && { label: 'Ask again', run: () => this.send(bubble.text) });
    } else if (!reply && trigger === 'message') {
      if (!this.#byHuman) this.#page.notice('A person has taken over this conversation. Their reply will appear here.');
      this.#byHuman = true;
      bubble?.note('Delivered');
    }
    if (reply) this.#awaiting = reply.status === 'waiting_approval' || (this.#awaiting && trigger === 'message');
    this.#offer(reply?.status);
    if (this.#mustWatch) this.#watch();
  }

  #outside(data) {
    if (this.#shown.has(data.messageId) || data.author === 'customer') return;
    this.#shown.add(data.messageId);
    this.#showOutside(data);
  }

  #showOutside({ id, messageId = id, author, agentName, text, citations = [] }) {
    if (author === 'system') return this.#page.notice(text);
    const view = this.#page.reply({ human: true, name: agentName || 'A colleague' });
    view.text({ text, citations });
    view.complete({ messageId, citations });
  }

  #decision(runId, sequence) {
    return this.#decisions.find(() => this.#api.decisions(this.#id), runId, sequence);
  }

  #accepted(conversationId) {
    this.#id = conversationId ?? this.#id;
    this.#memory.pending = null;
    this.#save();
  }

  #lose(notice = 'Your earlier session has ended, so that conversation cannot go on. Your next message starts a new one.') {
    this.#page.notice(notice);
    this.#id = null;
    this.#lastSeq = 0;
    this.#seen.clear();
    this.#turn = null;
    this.#byHuman = this.#awaiting = false;
    this.#memory.conversation = null;
    this.#setBusy(false);
    this.#say(null);
  }

  #note(seq) {
    if (seq === null) return;
    this.#seen.add(seq);
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    this.#save();
  }

  #save() {
    if (this.#id) this.#memory.conversation = { id: this.#id, lastSeq: this.#lastSeq };
  }

  #say(line) {
    this.#line = line;
    this.#page.activity(line);
  }

  #setBusy(yes) {
    this.#busy = yes;
    this.#on.busy(yes);
  }
}
