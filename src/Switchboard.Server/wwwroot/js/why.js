// "Why this answer?": what the desk understood, who was asked and why, what was found and which checks it passed.
import { el } from './dom.js';

/**
 * @param {object} run what the events of the run said; shown at once
 * @param {() => Promise<object|null>} loadDecision the stored record of the same turn, asked for when somebody looks
 */
export function whyPanel(run, loadDecision) {
  const body = el('div', { class: 'why-body' });
  const panel = el('details', { class: 'why', testid: 'why', 'aria-live': 'off' },
    el('summary', { text: 'Why this answer?' }), body);
  let decision = null;
  panel.addEventListener('toggle', async () => {
    if (!panel.open) return;
    fill(body, run, decision);
    try {
      decision ??= await loadDecision();
    } catch {
      // The events already say most of it, and opening the panel again asks again.
    }
    if (decision) fill(body, run, decision);
    if (body.childElementCount === 0) body.append(el('p', { class: 'note', text: 'Nothing was recorded about this answer.' }));
    panel.scrollIntoView({ block: 'nearest' }); // under the newest answer it opens below the edge
  });
  return panel;
}

function fill(body, run, decision) {
  const route = decision?.route ?? run.routing ?? {};
  const understood = run.understanding ?? decision?.understood ?? {};
  body.replaceChildren(...[
    section('Understood as', understoodAs(understood)),
    section('Why this agent', whyAgent(route)),
    section('Handed on', hops(decision?.hops)),
    section('Steps', steps(run.tools)),
    section('Evidence', evidence(decision?.evidence)),
    section('Checks before sending', guards(decision?.guards)),
    section('Why a person', escalation(decision?.escalation, run.handoff)),
    foot(run, decision),
  ].filter(Boolean));
}

function section(title, content) {
  const nodes = [content].flat().filter(Boolean);
  return nodes.length > 0 ? el('div', {}, el('h3', { text: title }), ...nodes) : null;
}

function understoodAs({ intents = [], language }) {
  const rows = intents.map(intent => row(words(intent.label), intent.score, 1, intents.length > 1 ? `“${intent.utterance}”` : null));
  return [rows.length > 0 && el('ul', {}, ...rows), language && language !== 'und' && el('p', { class: 'note', text: `Language: ${languageName(language)}` })];
}

function whyAgent({ reason, agentId, considered = [] }) {
  const top = Math.max(1, ...considered.map(one => one.score ?? 0));
  const rows = considered.map(one =>
    row(one.agentId, one.score, top, one.rejectedBecause ? `Not chosen: ${words(one.rejectedBecause)}` : null, one.agentId === agentId));
  return [reason && el('p', { text: words(reason) }), rows.length > 0 && el('ul', {}, ...rows)];
}

function hops(list = []) {
  // The first hop is the chosen agent itself; only a second one says something new.
  return list.length < 2 ? null : el('ul', {}, ...list.map(hop => el('li', {},
    el('span', { class: 'mono', text: hop.agentId }), ' ',
    el('span', { class: 'note', text: [words(hop.reason), words(hop.status)].filter(Boolean).join(' · ') }))));
}

function steps(tools) {
  return tools.length === 0 ? null : el('ul', {}, ...tools.map(tool =>
    el('li', { class: tool.ok === false ? 'stopped' : 'passed' }, words(tool.name), ' ',
      tool.summary && el('span', { class: 'note', text: tool.summary }))));
}

function evidence(list = []) {
  const top = Math.max(1, ...list.map(one => one.score ?? 0));
  return list.length === 0 ? null : el('ul', {}, ...list.map(one =>
    row([one.title, one.heading].filter(Boolean).join(' › '), one.score, top, one.used ? null : 'Read, not used', one.used)));
}

function guards(list = []) {
  return list.length === 0 ? null : el('ul', {}, ...list.map(guard =>
    el('li', { class: guard.passed ? 'passed' : 'stopped' }, words(guard.name), ' ',
      guard.detail && el('span', { class: 'note', text: guard.detail }))));
}

function escalation(list = [], handoff) {
  const fired = list.filter(rule => rule.fired).map(rule => el('li', {}, words(rule.code), ' ',
    rule.evidence && el('span', { class: 'note', text: String(rule.evidence) })));
  if (fired.length > 0) return el('ul', {}, ...fired);
  return handoff?.reason ? el('p', { text: words(handoff.reason) }) : null;
}

function foot(run, decision) {
  const duration = run.finished?.durationMs ?? decision?.durationMs;
  const confidence = run.reply?.confidence ?? decision?.route?.confidence;
  const facts = [
    typeof duration === 'number' && `Took ${duration < 1000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`}`,
    typeof confidence === 'number' && `confidence ${Math.round(confidence * 100)} %`,
    decision?.engine && `engine ${words(decision.engine)}`,
    decision?.policyVersion && `policies ${decision.policyVersion}`,
    decision?.knowledgeVersion && `knowledge ${decision.knowledgeVersion}`,
  ].filter(Boolean);
  return facts.length > 0 ? el('p', { class: 'why-foot', text: facts.join(' · ') }) : null;
}

function row(label, score, top, note, chosen = false) {
  const known = typeof score === 'number';
  return el('li', { class: 'why-row' },
    el('span', { class: chosen ? 'chosen' : null, text: label }),
    known ? bar(score / top) : el('span'),
    el('span', { class: 'figure', text: known ? score.toFixed(2) : '' }),
    note && el('span', { class: 'note', text: note }));
}

/** For the eye only: the figure stands beside it. Not a meter element, which cannot be drawn alike in all browsers. */
function bar(share) {
  const fill = el('div', { class: 'bar-fill' });
  fill.style.width = `${Math.min(Math.max(share, 0), 1) * 100}%`; // set by script, so the policy against inline styles holds
  return el('div', { class: 'bar-track', 'aria-hidden': 'true' }, fill);
}

/** Codes such as `below_threshold` as words; sentences stay as they are. */
function words(text) {
  const value = String(text ?? '');
  return /\s/.test(value) || value.includes('/') ? value : value.replaceAll(/[_.]/g, ' ');
}

function languageName(tag) {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}
