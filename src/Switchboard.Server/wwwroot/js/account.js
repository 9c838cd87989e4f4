// The page that links of mails about accounts lead to, and the way back from a provider when a second factor is needed. The token stands behind the hash sign, is taken out of the address at once, and is sent in a body.
const CALLS = { verify: 'verify-email', reset: 'reset-password', invitation: 'accept-invitation', code: 'login/totp' };
const TITLES = { verify: 'Confirm your address', reset: 'Set a new password', invitation: 'Welcome', code: 'One more step' };

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

if (token && Object.hasOwn(CALLS, what)) {
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
