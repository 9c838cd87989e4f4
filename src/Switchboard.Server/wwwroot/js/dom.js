// Builds elements. Data becomes text nodes and attributes only, so nothing a server or a customer wrote is ever parsed as HTML.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `text`, `class` and `testid` are shorthands; `on…` adds a listener; null, undefined and false are left out.
 * @param {...(Node|string|null|undefined|false)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') node.textContent = String(value);
    else if (name === 'testid') node.dataset.testid = String(value);
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

/** A link that opens beside the conversation; anything but http(s) becomes plain text, because addresses are data too. */
export function outsideLink(url, attributes, ...children) {
  const target = safeUrl(url);
  return target
    ? el('a', { ...attributes, href: target, target: '_blank', rel: 'noopener' }, ...children)
    : el('span', attributes, ...children);
}

function safeUrl(url) {
  try {
    const parsed = new URL(url, location.href);
    return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.href : null;
  } catch {
    return null;
  }
}
