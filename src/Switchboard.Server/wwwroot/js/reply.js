// One answer on the page: grows while it streams, then gets its status, its sources and its why.
import { el, outsideLink } from './dom.js';
import { blocks, plain } from './prose.js';
import { whyPanel } from './why.js';

const STATUS = {
  answered: 'Answered',
  needs_info: 'Needs info',
  confirm: 'Please confirm',
  acted: 'Done',
  waiting_approval: 'Waiting for approval',
  handed_off: 'Handed to a person',
  declined: 'Not done',
};

/** The knowledge agent declines because it does not know; any other because it may not, or was told not to. */
function labelOf(status, agentId) {
  return status === 'declined' && agentId === 'desk/knowledge-answerer' ? 'I don’t know' : STATUS[status];
}

export class ReplyView {
  #name = el('span', { class: 'agent-name', testid: 'agent-name' });
  #avatar = el('div', { class: 'avatar', 'aria-hidden': 'true' });
  #head;
  #prose = el('div', { class: 'prose' });
  #body = el('div', { class: 'message-body' });
  #part = null; // {nodes, waiting: Map<n, placeholder>, cited: Set<n>} of the latest text
  #sources = new Map();
  #grow;

  /** @param {boolean} human a colleague wrote it, not an agent; @param {(change: () => void) => void} grow wraps a change of height */
  constructor(human, grow) {
    this.#grow = grow;
    this.#head = el('header', { class: 'message-head' }, this.#name,
      el('span', { class: 'agent-kind', text: human ? 'Support team' : 'AI agent' }));
    this.#body.append(this.#head, this.#prose);
    this.element = el('article', { class: `message ${human ? 'human' : 'agent'}`, testid: human ? 'message-human' : 'message-agent' },
      this.#avatar, this.#body);
  }

  author(name) {
    this.#name.textContent = name;
    this.#avatar.textContent = initials(name);
    this.element.setAttribute('aria-label', `Answer from ${name}`);
  }

  get isEmpty() {
    return this.#prose.childElementCount === 0;
  }

  part(text) {
    const waiting = new Map();
    const nodes = blocks(text, number => {
      // Whether "[2]" is a marker or just text shows when a source with that number arrives, or does not.
      const placeholder = el('span', { text: `[${number}]` });
      waiting.set(number, [...(waiting.get(number) ?? []), placeholder]);
      return placeholder;
    });
    this.#part = { nodes, waiting, cited: new Set() };
    this.#grow(() => this.#prose.append(...nodes));
  }

  /** A text together with its sources. */
  text({ text, citations = [] }) {
    this.part(text);
    citations.forEach(citation => this.cite(citation));
  }

  cite(citation) {
    if (!this.#sources.has(citation.n)) this.#sources.set(citation.n, citation);
    const part = this.#part;
    if (!part || part.cited.has(citation.n)) return;
    part.cited.add(citation.n);
    const places = part.waiting.get(citation.n);
    if (places) places.forEach(place => place.replaceWith(marker(citation)));
    else this.#tail(part).append(marker(citation));
  }

  /** Where a marker goes that belongs to a whole part: behind its last words. */
  #tail(part) {
    let last = part.nodes.at(-1);
    if (!last || last.tagName === 'PRE' || last.tagName === 'DIV') {
      last = el('p', { class: 'tail' });
      part.nodes.push(last);
      this.#prose.append(last);
    }
    while (last.tagName === 'OL' || last.tagName === 'UL') {
      const item = last.lastElementChild;
      last = item.lastElementChild?.tagName === 'UL' ? item.lastElementChild : item;
    }
    return last;
  }

  complete({ id, messageId = id, status, agentId, citations = [] }) {
    if (messageId) this.element.dataset.message = messageId;
    for (const citation of citations) if (!this.#sources.has(citation.n)) this.#sources.set(citation.n, citation);
    this.#grow(() => {
      if (status && STATUS[status]) this.#head.append(el('span', { class: `status ${status}`, testid: 'status', text: labelOf(status, agentId) }));
      if (this.#sources.size > 0) this.#body.append(sourceList([...this.#sources.values()].sort((a, b) => a.n - b.n)));
    });
  }

  why(run, loadDecision) {
    this.#grow(() => this.#body.append(whyPanel(run, loadDecision)));
  }
}

function marker(citation) {
  return el('sup', { class: 'citation' },
    outsideLink(citation.url, {
      testid: 'citation',
      'data-article': citation.articleId,
      text: `[${citation.n}]`,
      title: citation.title,
      'aria-label': `Source ${citation.n}: ${citation.title}`,
    }));
}

function sourceList(citations) {
  return el('section', { class: 'sources', 'aria-label': 'Sources' },
    el('h3', { text: citations.length === 1 ? 'Source' : 'Sources' }),
    el('ol', {}, ...citations.map(citation => {
      const quote = plain(citation.quote);
      return el('li', { class: 'source', testid: 'source' },
        el('span', { class: 'source-number', text: citation.n }),
        el('div', {}, outsideLink(citation.url, { text: citation.title, 'data-article': citation.articleId }), quote && el('q', { text: quote })));
    })));
}

function initials(name) {
  const parts = name.split(/\s+/).filter(part => /^\p{L}/u.test(part));
  return ([...(parts[0] ?? '?')][0] + (parts.length > 1 ? [...parts.at(-1)][0] : '')).toLocaleUpperCase();
}
