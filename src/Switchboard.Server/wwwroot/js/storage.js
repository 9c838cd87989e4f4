// What this tab remembers. Per tab on purpose: two tabs are two customers at two desks, and closing one forgets it.

const PREFIX = 'switchboard';

/** Stands in where the browser's storage is switched off: the page then works until it is reloaded. */
const untilReload = new Map();

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return untilReload.get(key) ?? null;
  }
}

function write(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    untilReload.set(key, value);
  }
}

/** The memory of one tenant's page: who is writing. */
export function tenantMemory(tenant) {
  const key = `${PREFIX}:${tenant}:writer`;
  return {
    get contactId() { return read(key); },
    set contactId(value) { write(key, value); },
  };
}

/** The memory of one writer at one tenant: session, conversation and the message that is on its way. */
export function writerMemory(tenant, contactId) {
  const base = `${PREFIX}:${tenant}:${contactId ?? 'visitor'}`;
  return {
    get session() { return read(`${base}:session`); },
    set session(value) { write(`${base}:session`, value); },
    /** `{id, lastSeq}` */
    get conversation() { return read(`${base}:conversation`); },
    set conversation(value) { write(`${base}:conversation`, value); },
    /** `{key, text}`: kept until the server has taken it, so that a reload sends it once and not never. */
    get pending() { return read(`${base}:pending`); },
    set pending(value) { write(`${base}:pending`, value); },
  };
}
