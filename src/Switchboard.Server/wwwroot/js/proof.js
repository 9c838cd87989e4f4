// "Show my account": a visitor says an address and types the code that is mailed to it.
import { whileBusy } from './form.js';

/**
 * @param {{open: HTMLButtonElement, dialog: HTMLDialogElement, address: HTMLFormElement, email: HTMLInputElement, confirm: HTMLFormElement, code: HTMLInputElement, told: HTMLElement, another: HTMLButtonElement, close: HTMLButtonElement}} elements
 * @param {() => import('./api.js').Api|null} api the writer's calls
 * @param {() => void} onProven
 */
export function proofDialog({ open, dialog, address, email, confirm, code, told, another, close }, api, onProven) {
  function step(second) {
    address.hidden = second;
    confirm.hidden = !second;
    (second ? code : email).focus();
  }

  function tell(text, bad = false) {
    told.textContent = text;
    told.classList.toggle('bad', bad);
  }

  open.addEventListener('click', () => {
    tell('');
    dialog.showModal();
    step(false);
  });
  close.addEventListener('click', () => dialog.close());
  another.addEventListener('click', () => {
    tell('');
    step(false);
  });
  address.addEventListener('submit', event => {
    event.preventDefault();
    whileBusy(address, async () => {
      await api()?.askProof(email.value);
      code.value = '';
      tell('If the address is known here, a code is on its way to it. It works for ten minutes.');
      step(true);
    }, tell);
  });
  confirm.addEventListener('submit', event => {
    event.preventDefault();
    whileBusy(confirm, async () => {
      await api()?.confirmProof(code.value);
      dialog.close();
      onProven();
    }, tell);
  });
}
