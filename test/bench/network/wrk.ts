// What wrk says.

/** Connections a second, where each request has one of its own. Throws where none was answered. */
export const connectionsOf = (text: string): number => {
  const rate = Number(/^Requests\/sec:\s+([\d.]+)/m.exec(text)?.[1] ?? NaN);
  if (!(rate > 0)) throw new Error(`wrk had no answers: ${text.trim().split('\n').at(-1) ?? ''}`);
  const refused = /^\s*Non-2xx or 3xx responses: (\d+)/m.exec(text)?.[1];
  if (refused !== undefined) throw new Error(`wrk was refused ${refused} times`);
  return rate;
};
