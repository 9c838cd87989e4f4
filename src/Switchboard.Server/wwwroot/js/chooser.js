// "Write as": in the demo one may be any of its people, to see what the desk does for whom.
import { el } from './dom.js';

/**
 * @param {{field: HTMLElement, select: HTMLSelectElement}} elements
 * @param {{id: string, name: string, title: string, customer: string, plan: string, role: string}[]} contacts
 * @param {string|null} current
 * @param {(contactId: string|null) => void} onChange
 */
export function showChooser({ field, select }, contacts, current, onChange) {
  if (contacts.length === 0) return;
  const groups = new Map();
  for (const contact of contacts) {
    const label = contact.plan ? `${contact.customer} (${contact.plan})` : contact.customer;
    if (!groups.has(label)) groups.set(label, el('optgroup', { label }));
    const what = [contact.title, contact.role].filter(Boolean).join(', ');
    groups.get(label).append(el('option', { value: contact.id, title: what, text: what ? `${contact.name} – ${what}` : contact.name }));
  }
  select.replaceChildren(el('option', { value: '', text: 'A visitor (not proven)' }), ...groups.values());
  select.value = current ?? '';
  select.addEventListener('change', () => onChange(select.value || null));
  field.hidden = false;
}
