// The page that links of mails about accounts lead to, and the way back from a provider when a second factor is needed or must be set up first. A token stands behind the hash sign, is taken out of the address at once, and is sent in a body.
import { ApiProblem, post } from './api.js';
import { el } from './dom.js';
import { whileBusy } from './form.js';
import { newKey } from './retry.js';

const PAGES = {
  verify: { title: 'Confirm your address', step: 'verify', call: '/auth/verify-email' },
  reset: { title: 'Set a new password', step: 'choose', call: '/auth/reset-password' },
  invitation: { title: 'Welcome', step: 'choose', call: '/auth/accept-invitation' },
  code: { title: 'One more step', step: 'second', call: '/auth/login/totp' },
  factor: { title: 'Set up a second factor', step: 'factor' },
};

const [[what, token], [, to]] = `${location.hash.slice(1)}&`.split('&').map(part => part.split('='));
const page = token && Object.hasOwn(PAGES, what) ? PAGES[what] : null;
const byId = id => document.getElementById(id);
let unanswered = null; // a code that was sent to confirm the factor and may have done it

function tell(text, bad = false) {
  byId('told').textContent = text;
  byId('told').classList.toggle('bad', bad);
}

/** Shows one step, or none, and puts the focus where it begins. */
function show(id) {
  for (const step of document.querySelectorAll('.step')) step.hidden = step.id !== id;
  byId(id)?.querySelector('[tabindex], input, button')?.focus();
}

/** A place of this server alone: whoever writes an address writes what stands behind its hash sign. What is no place leads to the first page, since nobody should be stopped here by it. */
function ownPlace() {
  try {
    const place = new URL(decodeURIComponent(to ?? '/'), location.origin);
    // An address of a blob has the origin of who made it.
    if (place.origin === location.origin && place.protocol === location.protocol) return place.href;
  } catch {
    // It is none.
  }
  return '/';
}

async function verify() {
  await post(page.call, { token });
  show(null);
  tell('Thank you, the address is confirmed. You can sign in now.');
}

async function setPassword() {
  await post(page.call, { token, password: byId('password').value });
  show(null);
  tell('The password is set. You can sign in now.');
}

async function showCode() {
  await post(page.call, { mfaToken: token, code: byId('code').value, cookie: true });
  location.replace(ownPlace());
}

/** What the page asks for in the session that its cookie carries on; each access token is good for one step. */
async function asSignedIn(path, body, headers) {
  const { accessToken } = await post('/auth/refresh', {}, { 'X-Switchboard-Client': '1' }).catch(error => {
    throw error.status === 400 || error.status === 401 ? new ApiProblem(error.status, { title: 'You are not signed in any more', detail: 'Sign in again, and you are led here.' }, 0) : error;
  });
  return post(`/auth/me/mfa${path}`, body, { ...headers, Authorization: `Bearer ${accessToken}` });
}

async function offerFactor() {
  const offer = await asSignedIn('', { password: byId('current').value });
  unanswered = null;
  byId('first').value = '';
  byId('secret').textContent = offer.secret;
  byId('address').href = offer.address;
  show('confirm');
}

/** Confirms by a code under a key of its own: sent again under it, it is answered as the first time, so that the codes reach whoever lost the first answer. */
async function confirmBy(sent) {
  unanswered = sent;
  try {
    return await asSignedIn('/confirm', { code: sent.code }, { 'Idempotency-Key': sent.key });
  } catch (error) {
    if (error.code === 'invalid_code') unanswered = null;
    if (error.code !== 'mfa_not_offered') throw error;
    show('factor');
    throw new ApiProblem(error.status, { title: 'Another one was begun meanwhile', detail: 'Begin here again.' }, 0);
  }
}

async function confirmFactor() {
  let confirmed = null;
  if (unanswered) {
    try {
      confirmed = await confirmBy(unanswered);
    } catch (error) {
      // It never arrived, and its half minute is over: the one that is typed now counts.
      if (unanswered) throw error;
    }
  }
  confirmed ??= await confirmBy({ code: byId('first').value, key: newKey() });
  byId('recovery').replaceChildren(...confirmed.recoveryCodes.map(code => el('li', { text: code })));
  addEventListener('beforeunload', stay);
  show('done');
}

/** Until the codes are kept the browser asks before it leaves the page, and them with it. */
function stay(event) {
  event.preventDefault();
}

async function copyCodes() {
  try {
    await navigator.clipboard.writeText([...byId('recovery').children].map(item => item.textContent).join('\n'));
    byId('copied').textContent = 'The codes are copied.';
  } catch {
    // Over http from another machine a page has no clipboard.
    getSelection().selectAllChildren(byId('recovery'));
    byId('copied').textContent = 'The codes are marked: copy them with the keyboard or the menu.';
  }
}

function goOn() {
  removeEventListener('beforeunload', stay);
  location.replace(ownPlace());
}

for (const [id, work] of Object.entries({ verify, choose: setPassword, factor: offerFactor, confirm: confirmFactor, done: goOn, second: showCode })) {
  byId(id).addEventListener('submit', event => {
    event.preventDefault();
    whileBusy(event.target, work, tell);
  });
}
byId('copy').addEventListener('click', copyCodes);
// The link of another mail, opened where this page stands, changes nothing but what is behind the hash sign.
addEventListener('hashchange', () => location.reload());

if (page) {
  if (page.call) history.replaceState(null, '', location.pathname);
  byId('title').textContent = document.title = page.title;
  show(page.step);
  if (what === 'verify') byId('verify').requestSubmit();
}
