// The page that links of mails about accounts lead to, and the way back from a provider when a second factor is needed or must be set up first. The token stands behind the hash sign, is taken out of the address at once, and is sent in a body.
const CALLS = { verify: 'verify-email', reset: 'reset-password', invitation: 'accept-invitation', code: 'login/totp' };
const TITLES = { verify: 'Confirm your address', reset: 'Set a new password', invitation: 'Welcome', code: 'One more step', factor: 'Set up a second factor' };

const [[what, token], [, to]] = `${location.hash.slice(1)}&`.split('&').map((part) => part.split('='));
const told = document.getElementById('told');
const form = document.getElementById('form');
history.replaceState(null, '', location.pathname);

async function send(body) {
  const response = await fetch(`/api/v1/auth/${CALLS[what]}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (response.ok) return true;
  const problem = await response.json().catch(() => null);
  told.textContent = problem?.detail ?? 'The server cannot be reached. Try again.';
  return false;
}

async function verify() {
  if (await send({ token })) told.textContent = 'Thank you, the address is confirmed. You can sign in now.';
}

async function setPassword(event) {
  event.preventDefault();
  if (!await send({ token, password: document.getElementById('password').value })) return;
  form.hidden = true;
  told.textContent = 'The password is set. You can sign in now.';
}

/** A place of this server alone: whoever writes an address writes what stands behind its hash sign. */
function ownPlace() {
  const place = new URL(decodeURIComponent(to ?? '/'), location.origin);
  return place.origin === location.origin ? place.href : '/';
}

async function showCode(event) {
  event.preventDefault();
  if (await send({ mfaToken: token, code: document.getElementById('code').value, cookie: true })) location.replace(ownPlace());
}

/** What the page asks for in the session that its cookie carries on; each access token is good for one step. */
async function asSignedIn(path, body) {
  const refreshed = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'content-type': 'application/json', 'X-Switchboard-Client': '1' }, body: '{}' });
  const { accessToken } = await refreshed.json();
  const response = await fetch(`/api/v1/auth/me/mfa${path}`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` }, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => null);
  if (!response.ok) told.textContent = answer?.detail ?? 'The server cannot be reached. Try again.';
  return response.ok ? answer : null;
}

async function offerFactor(event) {
  event.preventDefault();
  const offer = await asSignedIn('', { password: document.getElementById('current').value });
  if (!offer) return;
  event.target.hidden = true;
  document.getElementById('secret').textContent = offer.secret;
  document.getElementById('address').href = offer.address;
  const confirm = document.getElementById('confirm');
  confirm.hidden = false;
  confirm.addEventListener('submit', confirmFactor);
}

async function confirmFactor(event) {
  event.preventDefault();
  const confirmed = await asSignedIn('/confirm', { code: document.getElementById('first').value });
  if (!confirmed) return;
  event.target.hidden = true;
  told.textContent = 'It is set up. Keep these codes: each lets you in once without the device, and they are shown this once.';
  document.getElementById('recovery').replaceChildren(...confirmed.recoveryCodes.map((code) => Object.assign(document.createElement('li'), { textContent: code })));
  document.getElementById('on').href = ownPlace();
  document.getElementById('done').hidden = false;
}

if (what === 'factor') {
  const factor = document.getElementById('factor');
  document.getElementById('title').textContent = TITLES[what];
  told.textContent = 'Your organisation demands one: an authenticator program on a device of yours, asked for at each sign-in.';
  factor.hidden = false;
  factor.addEventListener('submit', offerFactor);
} else if (token && Object.hasOwn(CALLS, what)) {
  document.getElementById('title').textContent = TITLES[what];
  if (what === 'verify') verify();
  else if (what === 'code') {
    const second = document.getElementById('second');
    told.textContent = 'Type the code of your authenticator program, or a recovery code.';
    second.hidden = false;
    second.addEventListener('submit', showCode);
  }
  else {
    told.textContent = 'Choose a password.';
    form.hidden = false;
    form.addEventListener('submit', setPassword);
  }
}
