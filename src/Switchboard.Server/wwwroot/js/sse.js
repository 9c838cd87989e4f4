// Server-sent events over fetch. EventSource can neither POST nor send an Authorization header, hence a reader of our own.

/** The server writes a comment every 15 s; three missed ones mean that the connection is dead although nobody closed it. */
const SILENCE_LIMIT = 50_000;

/** Thrown when a stream has been silent for too long. */
export class StreamSilent extends Error {}

/** Turns chunks of text, cut anywhere, into events `{id, event, data}`, as the HTML standard describes them. */
export function createParser() {
  let buffer = '';
  let lastId = null;
  let kind = '';
  let data = [];

  function line(text) {
    if (text === '') {
      const event = data.length > 0 ? { id: lastId, event: kind || 'message', data: data.join('\n') } : null;
      kind = '';
      data = [];
      return event;
    }
    const colon = text.indexOf(':');
    if (colon === 0) return null; // a comment
    const field = colon < 0 ? text : text.slice(0, colon);
    let value = colon < 0 ? '' : text.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (field === 'data') data.push(value);
    else if (field === 'event') kind = value;
    else if (field === 'id' && !value.includes('\0')) lastId = value;
    return null;
  }

  return {
    push(chunk) {
      const events = [];
      buffer += chunk;
      let from = 0;
      for (;;) {
        const cr = buffer.indexOf('\r', from);
        const lf = buffer.indexOf('\n', from);
        const end = cr < 0 ? lf : lf < 0 ? cr : Math.min(cr, lf);
        if (end < 0) break;
        // A CR at the very end may be the first half of a CRLF whose LF comes with the next chunk.
        if (end === cr && end === buffer.length - 1) break;
        const event = line(buffer.slice(from, end));
        if (event) events.push(event);
        from = end + (end === cr && buffer[end + 1] === '\n' ? 2 : 1);
      }
      buffer = buffer.slice(from);
      return events;
    },
  };
}

/** Reads a response's body as events `{seq, kind, data}` until it ends; leaving the loop early closes the connection. */
export async function* readEvents(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = createParser();
  try {
    for (;;) {
      const { done, value } = await readOrGiveUp(reader);
      if (done) return;
      for (const { id, event, data } of parser.push(decoder.decode(value, { stream: true }))) {
        yield { seq: id === null ? null : Number(id), kind: event, data: parseJson(data) };
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function readOrGiveUp(reader) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new StreamSilent('The stream went silent.')), SILENCE_LIMIT);
  });
  return Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
