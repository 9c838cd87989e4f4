// Wires the page: who writes, to whose desk, and which conversation is open.
import { Api, fetchContacts } from './api.js';
import { showChooser } from './chooser.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { el } from './dom.js';
import { Transcript } from './render.js';
import { proofDialog } from './proof.js';
import { describe } from './retry.js';
import { tenantMemory, writerMemory } from './storage.js';

const EXAMPLES = [
  'How do I add a teammate?',
  'What does the premium plan cost?',
  'How do I reset my password?',
  'Can I get a refund?',
];

const byId = id => document.getElementById(id);
const tenant = new URLSearchParams(location.search).get('tenant') || 'demo';
const tab = tenantMemory(tenant);

const transcript = new Transcript({ log: byId('log'), activity: byId('activity'), scroller: byId('scroller') });
const composer = new Composer(
  {
    form: byId('composer-form'),
    text: byId('composer-text'),
    send: byId('send'),
    human: byId('human'),
    counter: byId('composer-counter'),
  },
  send);

let conversation = null;
let calls = null; // of who writes now
let opening = 0; // whoever switches quickly must not get the slower of two answers

async function open({ fresh }) {
  const turn = ++opening;
  conversation?.close();
  conversation = null;
  transcript.clear();
  byId('welcome').hidden = true;
  composer.busy = true;

  const memory = writerMemory(tenant, tab.contactId);
  if (fresh) memory.conversation = memory.pending = null;
  const api = calls = new Api(tenant, tab.contactId, memory);
  let session;
  try {
    session = await api.session();
  } catch (error) {
    if (turn === opening) notOpened(error);
    return;
  }
  if (turn !== opening) return;

  const own = new Conversation({
    api,
    memory,
    transcript,
    on: {
      busy: yes => { if (conversation === own) composer.busy = yes; },
      giveBack: text => composer.restore(text),
    },
  });
  conversation = own;
  transcript.opened = (articleId, messageId) => own.opened(articleId, messageId);
  welcome(session, memory.conversation !== null || memory.pending !== null);
  composer.busy = false;
  composer.focus();
  await own.restore();
}

function notOpened(error) {
  // The demo may have been set up anew since this tab chose its person.
  if (tab.contactId !== null && (error.status === 404 || error.status === 400)) {
    tab.contactId = null;
    byId('write-as').value = '';
    open({ fresh: true });
    return;
  }
  transcript.problem(describe(error), { label: 'Try again', run: () => open({ fresh: false }) });
}

function welcome({ tenant: desk, contact, canProve }, hasConversation) {
  byId('prove').hidden = !canProve;
  document.title = `${desk.name} help`;
  byId('tenant-name').textContent = desk.name;
  byId('welcome-title').textContent = contact ? `Hello ${contact.name.split(' ')[0]}, how can we help?` : 'Hello, how can we help?';
  byId('welcome-text').textContent =
    `Ask anything about ${desk.name}. Every answer shows where it comes from, and what the agents cannot answer goes to a person.`;
  byId('examples').replaceChildren(...(desk.demo ? EXAMPLES : []).map(question =>
    el('li', {}, el('button', { type: 'button', class: 'example', testid: 'example', text: question, onclick: () => send(question) }))));
  byId('welcome').hidden = hasConversation;
}

function send(text) {
  if (!conversation) return;
  byId('welcome').hidden = true;
  composer.focus();
  conversation.send(text);
}

byId('new-conversation').addEventListener('click', () => open({ fresh: true }));

proofDialog(
  {
    open: byId('prove'),
    dialog: byId('proof'),
    address: byId('proof-address'),
    email: byId('proof-email'),
    confirm: byId('proof-confirm'),
    code: byId('proof-code'),
    told: byId('proof-told'),
    another: byId('proof-another'),
    close: byId('proof-close'),
  },
  () => calls,
  () => open({ fresh: false }));

async function chooser() {
  try {
    showChooser({ field: byId('write-as-field'), select: byId('write-as') }, await fetchContacts(tenant), tab.contactId, contactId => {
      tab.contactId = contactId;
      open({ fresh: true });
    });
  } catch {
    // Without the list one writes as a visitor, which is what most people are.
  }
}

chooser();
open({ fresh: false });
