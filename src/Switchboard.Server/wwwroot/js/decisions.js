// The stored why of a conversation's turns: read once for all of them, when somebody first looks.

export class Decisions {
  #items = null;

  /** Those read before do not hold the turn that has just ended. */
  forget() {
    this.#items = null;
  }

  /**
   * @param {() => Promise<object[]>} load
   * @param {string} [runId] the turn; without it the last one up to `sequence`
   */
  async find(load, runId, sequence = Infinity) {
    this.#items ??= load();
    try {
      const items = await this.#items;
      const found = runId ? items.find(item => item.runId === runId) : items.findLast(item => item.sequence <= sequence);
      return found?.decision ?? null;
    } catch (error) {
      this.#items = null;
      throw error;
    }
  }
}
