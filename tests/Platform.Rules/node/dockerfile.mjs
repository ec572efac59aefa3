// Prints what is wrong in a Dockerfile that is given on standard input, a line for each.
import { readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';

for (const found of validate(readFileSync(0, 'utf8')))
  console.log(`${found.range.start.line + 1}: ${found.message}`);
