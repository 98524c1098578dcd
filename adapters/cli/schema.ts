// `onehost schema`: prints the JSON Schema of the configuration.

import { schemaOf } from '../../core/config/schema.ts';

/** Prints the schema, for editors and other programs. Exit code 0. */
export const schema = (out: (line: string) => void): number => {
  out(JSON.stringify(schemaOf(), null, 2));
  return 0;
};
