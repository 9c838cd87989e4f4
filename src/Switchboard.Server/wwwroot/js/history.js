// Reads a conversation again after a reload: its messages, and the events that say how each answer came about.
import { VisitorReplaced } from './api.js';
import { replay } from './runs.js';
import { readEvents } from './sse.js';

const TIME_LIMIT = 4_000; // ms for the past events; the messages alone are enough to go on

/** @returns what is stored, sorted into `finished` events (seen and done) and those of a run that still goes on. */
export async function readHistory(api, { id, lastSeq }, signal) {
  const [info, messages] = await Promise.all([api.conversation(id, signal), api.messages(id, signal)]);
  const past = await pastEvents(api, id, info.lastEventSeq ?? lastSeq, signal);
  const { byReply, unfinished } = replay(past);
  const open = new Set(unfinished);
  const growing = new Set(unfinished.filter(event => event.kind === 'message.completed').map(event => event.data.messageId));
  return {
    info,
    // The answer of a run that still goes on is shown by following its events, not twice.
    messages: messages.filter(message => !growing.has(message.id)),
    finished: past.filter(event => !open.has(event)),
    unfinished,
    runOf: message => byReply.get(message.id),
  };
}

async function pastEvents(api, id, until, signal) {
  const events = [];
  if (!until) return events;
  try {
    const response = await api.events(id, 0, AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT)]));
    for await (const event of readEvents(response)) {
      events.push(event);
      if (event.seq >= until) break;
    }
  } catch (error) {
    if (error instanceof VisitorReplaced) throw error;
  }
  return events;
}
