// How long to wait before trying again, and how to say what went wrong.
import { ApiProblem } from './api.js';

/** 0.8 s, 1.6 s, 3.2 s … up to half a minute, spread so that many pages do not come back in the same moment. */
export function backoff(attempt) {
  return Math.min(30_000, 400 * 2 ** attempt) * (0.75 + Math.random() / 2);
}

/** Resolves after `ms`, or as soon as the signal says stop. */
export function pause(ms, signal) {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** A key under which a call is done once, however often it is sent. (Over http from another machine a page has no randomUUID.) */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/** An error in the terms of `Transcript.problem`. */
export function describe(error) {
  return error instanceof ApiProblem
    ? { title: error.title, detail: error.detail, errors: error.errors, waitSeconds: error.retryAfter }
    : { title: 'The help desk cannot be reached', detail: 'Please check your connection.' };
}

/** True when sending the same words again cannot help. */
export function mustBeEdited({ status }) {
  return status === 400 || status === 413 || status === 422;
}
