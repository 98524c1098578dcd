// `onehost schema`: prints the JSON Schema of the configuration, or of a member file.

import { memberSchemaOf } from '../../core/config/member.ts';
import { schemaOf } from '../../core/config/schema.ts';

export interface SchemaOptions {
  readonly member?: boolean;
}

/** Prints the schema, for editors and other programs. Exit code 0. */
export const schema = (out: (line: string) => void, { member }: SchemaOptions = {}): number => {
  out(JSON.stringify(member === true ? memberSchemaOf() : schemaOf(), null, 2));
  return 0;
};
