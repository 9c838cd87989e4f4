// The page that links of mails about accounts lead to. The token stands behind the hash sign, is taken out of the address at once, and is sent in a body.
const CALLS = { verify: 'verify-email', reset: 'reset-password', invitation: 'accept-invitation' };
const TITLES = { verify: 'Confirm your address', reset: 'Set a new password', invitation: 'Welcome' };

const [what, token] = location.hash.slice(1).split('=');
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

if (token && Object.hasOwn(CALLS, what)) {
  document.getElementById('title').textContent = TITLES[what];
  if (what === 'verify') verify();
  else {
    told.textContent = 'Choose a password.';
    form.hidden = false;
    form.addEventListener('submit', setPassword);
  }
}
