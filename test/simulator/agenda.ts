// What is to happen, in order of time; at one time, in the order in which it was noted (a binary heap).

interface Note {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const before = (one: Note, other: Note): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

export class Agenda {
  private readonly heap: Note[] = [];
  private order = 0;
  /** The time of what happens now, ms. */
  now = 0;

  at(time: number, run: () => void): void {
    const { heap } = this;
    const note = { at: Math.max(time, this.now), order: this.order, run };
    this.order += 1;
    let place = heap.length;
    heap.push(note);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!before(note, heap[parent] as Note)) break;
      heap[place] = heap[parent] as Note;
      place = parent;
    }
    heap[place] = note;
  }

  private take(): Note | undefined {
    const { heap } = this;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Note, heap[child] as Note))
        child += 1;
      if (!before(heap[child] as Note, last)) break;
      heap[place] = heap[child] as Note;
      place = child;
    }
    heap[place] = last;
    return first;
  }

  /** Has everything happen up to `time`. */
  runUntil(time: number): void {
    for (let first = this.heap[0]; first !== undefined && first.at <= time; first = this.heap[0]) {
      this.take();
      this.now = first.at;
      first.run();
    }
    this.now = Math.max(this.now, time);
  }
}
