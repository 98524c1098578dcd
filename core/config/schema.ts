// The JSON Schema of a configuration, draft 2020-12: made from the shapes that decode it.

import { configShape } from './config.ts';
import type { JsonSchema } from './shape.ts';

/** The schema, for editors and other programs; what it cannot say (meaning), `onehost check` does. */
export const schemaOf = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'The configuration of onehost',
  ...configShape.schema,
});
