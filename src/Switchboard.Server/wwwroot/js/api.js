// The calls this page makes. One object per writer: it owns the session's token.

// Beside this module and not from the root, so that the page also works below a path prefix.
const BASE = new URL('../api/v1', import.meta.url).href;

/** An answer of the server that is not a success, in the terms of its problem document. */
export class ApiProblem extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.title ?? `The server answered ${status}`);
    this.status = status;
    this.title = this.message;
    this.detail = problem.detail ?? '';
    this.code = problem.code ?? '';
    this.errors = problem.errors ?? {};
    this.retryAfter = retryAfter;
  }
}

/** The visitor's session ended and a new one was made: what the old one had written is out of reach. */
export class VisitorReplaced extends Error {}

async function problemOf(response) {
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // A proxy in between may answer with a page of its own; the status still says enough.
  }
  return new ApiProblem(response.status, problem, secondsUntilRetry(response.headers.get('Retry-After')));
}

function secondsUntilRetry(header) {
  if (!header) return 0;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(header) - Date.now()) / 1000;
  return Math.min(Math.max(Math.ceil(wait) || 0, 0), 3600);
}

/** Posts what no writer's session is needed for, and gives the answer. */
export async function post(path, body, headers) {
  const response = await fetch(BASE + path, {
    method: 'POST',
    cache: 'no-store',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await problemOf(response);
  return await response.json();
}

/** The people the demo lets one write as; empty where the tenant is not a demo. */
export async function fetchContacts(tenant) {
  const response = await fetch(`${BASE}/widget/contacts?tenant=${encodeURIComponent(tenant)}`);
  if (response.status === 404) return [];
  if (!response.ok) throw await problemOf(response);
  return (await response.json()).items ?? [];
}

export class Api {
  #tenant;
  #contactId;
  #memory;
  #opening = null;

  constructor(tenant, contactId, memory) {
    this.#tenant = tenant;
    this.#contactId = contactId;
    this.#memory = memory;
  }

  /** The session of this writer, made when there is none. */
  async session() {
    return this.#memory.session ?? await this.#open();
  }

  /** Posts a message, as the first of a new conversation when `conversationId` is null; the answer is a stream. */
  postMessage(conversationId, text, key, signal) {
    return this.#call(conversationId ? `/conversations/${conversationId}/messages` : '/conversations', {
      method: 'POST',
      signal,
      headers: { 'Content-Type': 'application/json', 'Accept': 'text/event-stream', 'Idempotency-Key': key },
      body: JSON.stringify(conversationId ? { text } : { channel: 'web', message: text }),
    });
  }

  events(conversationId, after, signal) {
    return this.#call(`/conversations/${conversationId}/events?after=${after}`, {
      signal,
      headers: { Accept: 'text/event-stream' },
    });
  }

  conversation(id, signal) {
    return this.#json(`/conversations/${id}`, signal);
  }

  async messages(id, signal) {
    const all = [];
    let cursor = null;
    do {
      const page = await this.#json(
        `/conversations/${id}/messages?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`, signal);
      all.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return all.sort((a, b) => a.sequence - b.sequence);
  }

  async decisions(id) {
    return (await this.#json(`/conversations/${id}/decisions`)).items ?? [];
  }

  /** Asks for a code to be mailed to an address that the visitor says to have. */
  askProof(email) {
    return this.#post('/widget/proof', { email });
  }

  /** Types the code. The session is the contact's from then on, and with it what was written so far. */
  async confirmProof(code) {
    const response = await this.#post('/widget/proof/confirm', { code });
    this.#memory.session = await response.json();
  }

  #post(path, body) {
    return this.#call(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  }

  /** Tells that an article was opened from an answer, so that the search learns what was meant. Nobody waits for it, and the page may be left meanwhile. */
  opened(articleId, messageId) {
    return this.#call(`/articles/${articleId}?search=${messageId}`, { keepalive: true, headers: { Accept: 'application/json' } });
  }

  async #json(path, signal) {
    const response = await this.#call(path, { signal, headers: { Accept: 'application/json' } });
    return await response.json();
  }

  async #call(path, options) {
    const first = await this.#send(path, options, await this.session());
    if (first.status !== 401) return this.#checked(first);
    const fresh = await this.#open();
    // A contact is the same person in the new session, and so is a visitor who is remembered; a new one would only get 404s.
    if (this.#contactId === null && !fresh.continues && path.startsWith('/conversations/')) throw new VisitorReplaced();
    return this.#checked(await this.#send(path, options, fresh));
  }

  #send(path, options, session) {
    return fetch(BASE + path, {
      ...options,
      cache: 'no-store',
      headers: { ...options.headers, Authorization: `Bearer ${session.token}` },
    });
  }

  async #checked(response) {
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /** Calls made at the same time share one new session: two visitors instead of one would lose half of the conversation. */
  #open() {
    this.#opening ??= this.#create().finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #create() {
    const session = await post('/widget/session', {
      tenant: this.#tenant,
      contactId: this.#contactId,
      earlier: this.#contactId === null ? this.#memory.session?.token : undefined,
    });
    this.#memory.session = session;
    return session;
  }
}
