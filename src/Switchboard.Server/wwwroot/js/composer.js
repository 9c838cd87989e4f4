// Where the customer writes. Typing is always possible; sending waits until the desk has answered.

const LIMIT = 10_000;
const COUNT_FROM = 9_000;

export class Composer {
  #form;
  #text;
  #send;
  #human;
  #counter;
  #busy = false;

  /** @param {(text: string) => void} onSend */
  constructor({ form, text, send, human, counter }, onSend) {
    this.#form = form;
    this.#text = text;
    this.#send = send;
    this.#human = human;
    this.#counter = counter;

    form.addEventListener('submit', event => {
      event.preventDefault();
      const message = text.value.trim();
      if (this.#busy || message === '' || message.length > LIMIT) return;
      text.value = '';
      this.#update();
      onSend(message);
    });
    text.addEventListener('keydown', event => {
      // While an input method composes a character, Enter picks the character.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    text.addEventListener('input', () => this.#update());
    human.addEventListener('click', () => {
      if (!this.#busy) onSend('Talk to a human');
    });
    this.#update();
  }

  set busy(yes) {
    const finished = this.#busy && !yes;
    this.#busy = yes;
    this.#form.setAttribute('aria-busy', String(yes));
    this.#update();
    if (finished) this.focus({ unlessElsewhere: true });
  }

  /** Puts a text back that could not be sent as it was, without losing what has been typed since. */
  restore(text) {
    this.#text.value = this.#text.value.trim() === '' ? text : `${text}\n${this.#text.value}`;
    this.#update();
    this.focus();
  }

  clear() {
    this.#text.value = '';
    this.#update();
  }

  focus({ unlessElsewhere = false } = {}) {
    const active = document.activeElement;
    const elsewhere = active && active !== document.body && !this.#form.contains(active);
    if (unlessElsewhere && elsewhere) return;
    // On a touch screen the focus opens the keyboard over the answer.
    if (matchMedia('(pointer: coarse)').matches && active !== this.#text) return;
    this.#text.focus({ preventScroll: true });
  }

  #update() {
    const length = this.#text.value.trim().length;
    this.#send.disabled = this.#busy || length === 0 || length > LIMIT;
    this.#human.disabled = this.#busy;
    const over = length > LIMIT;
    this.#counter.textContent = length < COUNT_FROM ? ''
      : over ? `${(length - LIMIT).toLocaleString('en')} characters too many`
      : `${length.toLocaleString('en')} of ${LIMIT.toLocaleString('en')}`;
    this.#counter.classList.toggle('over', over);
    this.#text.setAttribute('aria-invalid', String(over));
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
