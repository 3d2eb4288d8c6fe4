/** `npm start`: everything on one machine, from one command. Plain JavaScript, so that it runs before any build. */
import { assertNode, report } from './messages.mjs';

try {
  assertNode(process.versions.node);
  // Only now: an older Node might not even read the rest.
  const { launch } = await import('./launch.mjs');
  await launch();
} catch (error) {
  report(error);
  process.exit(1);
}
