// What the events of a run add up to. Pure: the same for a run that is watched and for one that is read again after a reload.

export function emptyRun(id = null) {
  return {
    id,
    trigger: 'message',
    customerMessageId: null,
    understanding: null,
    routing: null,
    agents: [],
    tools: [],
    parts: [], // {text, citations[]}: a part is what one text.delta brought, with the sources that belong to it
    handoff: null,
    reply: null,
    error: null,
    finished: null,
  };
}

/** True for a message that no agent wrote: a colleague's, or one of the desk itself. It belongs to no run we show. */
export function isFromOutside({ kind, data }) {
  return kind === 'message.completed' && (data.author === 'human' || data.author === 'system' || data.author === 'customer');
}

export function advance(run, { kind, data }) {
  switch (kind) {
    case 'run.started':
      run.id = data.runId;
      run.trigger = data.trigger ?? 'message';
      run.customerMessageId = data.messageId ?? null;
      break;
    case 'understanding': run.understanding = data; break;
    case 'routing': run.routing = data; break;
    case 'agent.started': run.agents.push(data); break;
    case 'tool.started': run.tools.push({ name: data.name }); break;
    case 'tool.finished': {
      const open = run.tools.findLast(tool => tool.name === data.name && tool.ok === undefined);
      if (open) Object.assign(open, data);
      else run.tools.push(data);
      break;
    }
    case 'text.delta': run.parts.push({ text: data.text, citations: [] }); break;
    case 'citation': run.parts.at(-1)?.citations.push(data); break;
    case 'handoff': run.handoff = data; break;
    case 'message.completed': run.reply = data; break;
    case 'error': run.error = data; break;
    case 'run.finished': run.finished = data; break;
  }
}

/**
 * Sorts a conversation's past events into runs.
 * @returns {{byReply: Map<string, object>, unfinished: object[]}} finished runs by the message they wrote, and the events of the last run if it still runs.
 */
export function replay(events) {
  const byReply = new Map();
  let run = null;
  let ofRun = [];
  for (const event of events) {
    if (isFromOutside(event)) continue;
    if (event.kind === 'run.started') {
      run = emptyRun();
      ofRun = [];
    }
    if (!run) continue;
    advance(run, event);
    ofRun.push(event);
    if (event.kind === 'message.completed') byReply.set(event.data.messageId, run);
    if (event.kind === 'run.finished') {
      run = null;
      ofRun = [];
    }
  }
  return { byReply, unfinished: ofRun };
}

/** One line that says what is going on after this event; null when the event changes nothing worth saying. */
export function activityOf({ kind, data }) {
  switch (kind) {
    case 'run.started': return 'Understanding your message…';
    case 'understanding': return 'Choosing who can help…';
    case 'agent.started': return data.name ? `${data.name} is looking into it…` : 'Looking into it…';
    case 'tool.started': return /search|knowledge|article/i.test(data.name ?? '') ? 'Searching the help centre…' : 'Looking up your details…';
    case 'tool.finished': return 'Checking what was found…';
    case 'text.delta': return 'Writing…';
    case 'handoff': return 'Handing over to a person…';
    default: return null;
  }
}
