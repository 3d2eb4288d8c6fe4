/**
 * `node test/structure/house-rules.mjs [root]`: what no linter knows.
 * - one public `index.ts` per lib and no barrel behind it: a file that only re-exports hides where things are
 * - no writes through TypeORM: they go around the log, or save half an object
 * - no transaction around an append: `append` is one autocommit statement, and its lock would be held for too long
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const ENTRIES = /^libs\/[^/]+\/src\/(index|testing\/index)\.ts$|^libs\/domain\/src\/(events|parts|sla\/index)\.ts$/;
const WRITES = new Set(['save', 'insert', 'update', 'upsert', 'remove', 'softRemove', 'delete']);
const TYPEORM_OBJECT = /(repository|entitymanager|manager|datasource|queryrunner|createquerybuilder\(.*\))$/i;
const BEGIN = /^\s*(begin|start transaction)\b/i;

/**
 * @param {string} root
 * @returns {string[]} one line per finding
 */
export function houseFindings(root) {
  const files = ['apps', 'libs'].flatMap((folder) => sourcesIn(join(root, folder)));
  return [...missingEntries(root), ...files.flatMap((file) => findingsIn(root, file))];
}

/** @param {string} folder @returns {string[]} */
function sourcesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesIn(path);
    return /\.ts$/.test(entry.name) && !/spec\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** @param {string} root */
function missingEntries(root) {
  return readdirSync(join(root, 'libs'))
    .filter((lib) => !existsSync(join(root, 'libs', lib, 'src', 'index.ts')))
    .map((lib) => `libs/${lib}: no src/index.ts, the one public entry`);
}

/**
 * @param {string} root
 * @param {string} path
 */
function findingsIn(root, path) {
  const name = relative(root, path).split('\\').join('/');
  const source = ts.createSourceFile(name, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const findings = isBarrel(source) && !ENTRIES.test(name) ? [`${name}: a barrel behind the public entry`] : [];
  const importsTypeorm = source.statements.some(
    (statement) => ts.isImportDeclaration(statement) && /typeorm'$/.test(statement.moduleSpecifier.getText()),
  );
  let begins = 0;
  let appends = 0;
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node)) begins += BEGIN.test(node.text) ? 1 : 0;
    const call = calledMethod(node);
    if (call?.method === 'append') appends += 1;
    if (importsTypeorm && call && WRITES.has(call.method) && TYPEORM_OBJECT.test(call.receiver)) {
      findings.push(`${name}: ${call.receiver}.${call.method}() writes through TypeORM: write SQL`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const ofTheLog = name.startsWith('libs/postgres/src/event-store/') || name.startsWith('libs/application/');
  if (begins > 0 && (appends > 0 || ofTheLog)) findings.push(`${name}: a transaction around an append`);
  return findings;
}

/** @param {ts.SourceFile} source */
function isBarrel({ statements }) {
  return (
    statements.length > 0 &&
    statements.every((statement) => ts.isExportDeclaration(statement) && Boolean(statement.moduleSpecifier))
  );
}

/** @param {ts.Node} node */
function calledMethod(node) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  return { receiver: node.expression.expression.getText(), method: node.expression.name.text };
}

const root = process.argv[2];
if (root) {
  const findings = houseFindings(root);
  for (const finding of findings) console.log(finding);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
