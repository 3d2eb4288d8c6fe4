/**
 * `node test/structure/sizes.mjs <folder>...`: no source file over 300 lines, no function over 50.
 * In specs the bodies of describe and it may be longer: they are lists of examples.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';

const FILE_LINES = 300;
const FUNCTION_LINES = 50;
const SOURCE = /\.(ts|tsx|mjs|cjs|js)$/;
const LEFT_OUT = new Set(['node_modules', 'dist', 'fixtures', 'coverage']);
const EXAMPLE_LISTS = /^(describe|it|test|describeWith)\b/;

/**
 * @param {string} path file or folder
 * @returns {string[]} source files; fixtures only when named themselves
 */
function sourcesIn(path) {
  if (statSync(path).isFile()) return SOURCE.test(path) ? [path] : [];
  return readdirSync(path)
    .filter((name) => !LEFT_OUT.has(name))
    .flatMap((name) => sourcesIn(join(path, name)));
}

/**
 * @param {string} path
 * @returns {string[]} one line per finding
 */
export function findingsIn(path) {
  const text = readFileSync(path, 'utf8');
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const findings = lines > FILE_LINES ? [`${path}: ${lines} lines, ${FILE_LINES} at most: split it`] : [];
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (hasBody(node) && !isExampleList(node, path)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const length = source.getLineAndCharacterOfPosition(node.end).line - first + 1;
      const at = `${path}:${first + 1}`;
      if (length > FUNCTION_LINES) findings.push(`${at}: a function of ${length} lines, ${FUNCTION_LINES} at most`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return findings;
}

/**
 * @param {ts.Node} node
 * @returns {node is ts.FunctionLikeDeclaration}
 */
function hasBody(node) {
  return ts.isFunctionLike(node) && 'body' in node && Boolean(node.body);
}

/**
 * The body of describe or it, or a function that holds such (a contract suite).
 * @param {ts.FunctionLikeDeclaration} node
 * @param {string} path
 */
function isExampleList(node, path) {
  if (!/spec\.ts$/.test(path) && !path.includes(`${sep}testing${sep}`)) return false;
  if (ts.isCallExpression(node.parent) && EXAMPLE_LISTS.test(node.parent.expression.getText())) return true;
  const statements = node.body && ts.isBlock(node.body) ? node.body.statements : [];
  return statements.some((statement) => ts.isExpressionStatement(statement) && EXAMPLE_LISTS.test(statement.getText()));
}

const findings = process.argv.slice(2).flatMap(sourcesIn).flatMap(findingsIn);
for (const finding of findings) console.log(finding);
process.exitCode = findings.length > 0 ? 1 : 0;
