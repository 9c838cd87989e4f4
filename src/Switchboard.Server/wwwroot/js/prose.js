// Turns the text of an answer into paragraphs, lists, tables and code. Knows just the Markdown that answers are written in.
import { el, outsideLink } from './dom.js';

const NUMBERED = /^(\s*)(\d{1,4})[.)]\s+(.*)$/;
const BULLET = /^(\s*)[-*•]\s+(.*)$/;
const FENCE = /^\s*(```|~~~)/;
const TABLE = /^\s*\|.*\|\s*$/;
const TABLE_RULE = /^[\s|:-]+$/;
const INLINE = /(`[^`\n]+`)|\*\*([^*\n]+)\*\*|(?<![\w*])\*([^*\s][^*\n]*)\*(?![\w*])|\[([^\]\n]+)\]\(([^)\s]+)\)|\[(\d{1,3})\]/g;

/** Elements for a text that may hold several blocks. `marker(n)` gives the element for a `[n]` in the text, or null. */
export function blocks(text, marker = () => null) {
  const lines = String(text ?? '').replace(/\r\n?/g, '\n').split('\n');
  const out = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line.trim() === '') at++;
    else if (FENCE.test(line)) at = code(lines, at, out);
    else if (TABLE.test(line)) at = table(lines, at, out, marker);
    else if (NUMBERED.test(line) || BULLET.test(line)) at = list(lines, at, out, marker);
    else at = paragraph(lines, at, out, marker);
  }
  return out;
}

function code(lines, at, out) {
  const fence = FENCE.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence)) end++;
  out.push(el('pre', { tabindex: '0' }, el('code', { text: lines.slice(at + 1, end).join('\n') })));
  return end + 1;
}

function table(lines, at, out, marker) {
  const body = el('table');
  let first = true;
  for (; at < lines.length && TABLE.test(lines[at]); at++) {
    if (TABLE_RULE.test(lines[at])) continue;
    const cells = lines[at].trim().slice(1, -1).split('|');
    body.append(el('tr', {}, ...cells.map(cell => el(first ? 'th' : 'td', {}, ...inline(cell.trim(), marker)))));
    first = false;
  }
  out.push(el('div', { class: 'table', tabindex: '0' }, body));
  return at;
}

function list(lines, at, out, marker) {
  const numbered = NUMBERED.exec(lines[at]);
  const pattern = numbered ? NUMBERED : BULLET;
  // `start` keeps the numbers right when a list arrives in several pieces.
  const root = el(numbered ? 'ol' : 'ul', numbered && numbered[2] !== '1' ? { start: numbered[2] } : {});
  const indent = pattern.exec(lines[at])[1].length;
  let item = null;
  for (; at < lines.length; at++) {
    const line = lines[at];
    const own = pattern.exec(line);
    if (own && own[1].length <= indent) {
      item = el('li', {}, ...inline(own.at(-1), marker));
      root.append(item);
    } else if (BULLET.test(line) && BULLET.exec(line)[1].length > indent) {
      if (item.lastElementChild?.tagName !== 'UL') item.append(el('ul'));
      item.lastElementChild.append(el('li', {}, ...inline(BULLET.exec(line)[2], marker)));
    } else if (/^\s{2,}\S/.test(line)) {
      item.append(' ', ...inline(line.trim(), marker));
    } else if (line.trim() === '' && pattern.test(lines[at + 1] ?? '')) {
      continue; // a loose list is still one list
    } else {
      break;
    }
  }
  out.push(root);
  return at;
}

function paragraph(lines, at, out, marker) {
  const block = el('p');
  const start = at;
  for (; at < lines.length && lines[at].trim() !== ''; at++) {
    if (at > start && [FENCE, TABLE, NUMBERED, BULLET].some(pattern => pattern.test(lines[at]))) break;
    if (at > start) block.append(el('br'));
    const heading = /^#{1,6}\s+(.*)$/.exec(lines[at]);
    block.append(...(heading ? [el('strong', {}, ...inline(heading[1], marker))] : inline(lines[at].replace(/^>\s?/, ''), marker)));
  }
  out.push(block);
  return at;
}

function inline(text, marker) {
  const out = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, mono, bold, italic, label, url, number] = match;
    const node =
      mono ? el('code', { text: mono.slice(1, -1) })
      : bold ? el('strong', {}, ...inline(bold, marker))
      : italic ? el('em', { text: italic })
      // A relative address points into the article the words came from, not into this page.
      : label ? (/^https?:/.test(url) ? outsideLink(url, { text: label }) : label)
      : number ? marker(Number(number))
      : null;
    if (node === null) continue;
    out.push(text.slice(from, match.index), node);
    from = match.index + whole.length;
  }
  out.push(text.slice(from));
  return out.filter(part => part !== '');
}

/** A quote as plain words: Markdown marks off, white space collapsed, cut at a word. */
export function plain(text, limit = 200) {
  const words = String(text ?? '')
    .replace(/^\s*(```|~~~).*$/gm, '')
    .replace(/^\s*(#{1,6}|>|[-*+•]|\d{1,4}[.)])\s+/gm, '')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\*\*|__|`/g, '')
    .replace(/(?<![\w*])\*([^*\n]+)\*(?![\w*])/g, '$1')
    .replace(/^[ \t|:-]+$\n?/gm, '')
    .replace(/[ \t]*\|[ \t]*\n[ \t]*\|[ \t]*/g, '; ')
    .replace(/^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$/gm, '')
    .replace(/[ \t]*\|[ \t]*/g, ' · ')
    .replace(/\s+/g, ' ')
    .trim();
  if (words.length <= limit) return words;
  const cut = words.lastIndexOf(' ', limit);
  return `${words.slice(0, cut > limit / 2 ? cut : limit)}…`;
}
