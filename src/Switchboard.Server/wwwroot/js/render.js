// The transcript: puts messages, notices and problems into the log and keeps the newest in sight.
import { el } from './dom.js';
import { ReplyView } from './reply.js';

/** Whoever has scrolled further up than this is reading and must not be moved. */
const NEAR_END = 120;

export class Transcript {
  #log;
  #activity;
  #scroller;
  #timers = new Set();
  #following = true;
  #choices = null;

  /** Told of an article that is opened from an answer, by its id and the answer's. */
  opened = () => {};

  constructor({ log, activity, scroller }) {
    this.#log = log;
    this.#activity = activity;
    this.#scroller = scroller;
    scroller.addEventListener('scroll', () => { this.#following = this.#atEnd; }, { passive: true });
    // A middle click opens a tab as well.
    for (const kind of ['click', 'auxclick']) log.addEventListener(kind, event => this.#open(event));
    // A growing composer or a phone's keyboard takes room away from below.
    new ResizeObserver(() => { if (this.#following) this.#toEnd(); }).observe(scroller);
  }

  #open(event) {
    const link = event.target.closest?.('a[data-article]');
    const answer = link?.closest('[data-message]');
    if (answer && event.button !== 2) this.opened(link.dataset.article, answer.dataset.message);
  }

  get isEmpty() {
    return this.#log.childElementCount === 0;
  }

  clear() {
    this.#timers.forEach(clearInterval);
    this.#timers.clear();
    this.#log.replaceChildren();
    this.activity(null);
  }

  /** While true, screen readers do not read out what is put in: a conversation that is read again is not news. */
  loading(yes) {
    this.#log.setAttribute('aria-busy', String(yes));
    if (!yes) this.#toEnd();
  }

  customer(text) {
    const note = el('p', { class: 'delivery' });
    const element = el('article', { class: 'message customer', testid: 'message-customer', 'aria-label': 'Your message' },
      el('div', { class: 'bubble', text }), note);
    this.#log.append(element);
    this.#toEnd(); // one's own message is always shown, wherever one had scrolled to
    return {
      text,
      note: words => this.#grow(() => { note.textContent = words; }),
      failed: yes => element.classList.toggle('failed', yes),
      remove: () => element.remove(),
    };
  }

  reply({ human = false, name }) {
    const view = new ReplyView(human, change => this.#grow(change));
    view.author(name);
    this.#grow(() => this.#log.append(view.element));
    return view;
  }

  /** Answers the customer can give with one press; they go away with whatever is said next. */
  choices(labels, choose) {
    this.clearChoices();
    this.#choices = el('div', { class: 'choices', testid: 'choices' }, ...labels.map(label =>
      el('button', { type: 'button', class: 'button', text: label, onclick: () => choose(label) })));
    this.#grow(() => this.#log.append(this.#choices));
  }

  clearChoices() {
    this.#choices?.remove();
    this.#choices = null;
  }

  notice(text) {
    this.#grow(() => this.#log.append(el('p', { class: 'notice', text })));
  }

  /**
   * @param {{title: string, detail?: string, errors?: Record<string, string[]>, waitSeconds?: number}} problem
   * @param {{label: string, run: () => void}} [action] may be taken once; the problem then disappears
   */
  problem({ title, detail, errors = {}, waitSeconds = 0 }, action) {
    const fields = Object.values(errors).flat();
    const card = el('section', { class: 'problem', role: 'alert', testid: 'problem' },
      el('h3', { text: title }),
      detail && el('p', { text: detail }),
      fields.length > 0 && el('ul', {}, ...fields.map(text => el('li', { text }))));
    if (action) card.append(this.#button(action, waitSeconds, card));
    this.#grow(() => this.#log.append(card));
  }

  #button({ label, run }, waitSeconds, card) {
    const button = el('button', { type: 'button', class: 'button', testid: 'try-again', text: label });
    button.addEventListener('click', () => {
      card.remove();
      run();
    });
    if (waitSeconds > 0) this.#countDown(button, label, waitSeconds);
    return button;
  }

  #countDown(button, label, seconds) {
    const end = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((end - Date.now()) / 1000);
      button.disabled = left > 0;
      button.textContent = left > 0 ? `${label} in ${left} s` : label;
      if (left > 0) return;
      clearInterval(timer);
      this.#timers.delete(timer);
    };
    const timer = setInterval(tick, 500);
    this.#timers.add(timer);
    tick();
  }

  activity(text) {
    if (this.#activity.textContent === (text ?? '')) return;
    this.#grow(() => { this.#activity.textContent = text ?? ''; });
  }

  #grow(change) {
    const atEnd = this.#atEnd;
    change();
    if (atEnd) this.#toEnd();
  }

  get #atEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}
