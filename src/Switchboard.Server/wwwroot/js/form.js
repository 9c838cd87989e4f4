// What the small forms of the pages have in common.
import { describe } from './retry.js';

/**
 * Works for a form, one call at a time: a second press would do the same once more. What goes wrong is told, and the focus goes back to the form's first field with what was typed still in it.
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>|void} work
 * @param {(text: string, bad?: boolean) => void} tell
 */
export async function whileBusy(form, work, tell) {
  const button = form.querySelector('button[type=submit]');
  if (button.disabled) return;
  button.disabled = true;
  tell('');
  let failed = false;
  try {
    await work();
  } catch (error) {
    failed = true;
    const { title, detail } = describe(error);
    tell([title, detail].filter(Boolean).join('. '), true);
  }
  button.disabled = false;
  if (failed) (form.querySelector('input') ?? button).focus();
}
