/** Shards are fixed for ever: they are the partitions of the Kafka log topic. */
export const SHARDS = 16;

/** `<category>:<root>[:<rest>]`, every segment percent-encoded. */
export function streamId(category: string, root: string, ...rest: readonly string[]): string {
  return [category, root, ...rest].map(encodeURIComponent).join(':');
}

export function categoryOf(id: string): string {
  return decodeURIComponent(id.slice(0, id.indexOf(':')));
}

/** The root decides shard and personal-data subject; all streams of one case share it. */
export function rootOf(id: string): string {
  // Several times per event of a rebuild: without a list of all segments, and decoded where there is something to decode.
  const from = id.indexOf(':') + 1;
  if (from === 0) return '';
  const to = id.indexOf(':', from);
  const root = id.slice(from, to < 0 ? id.length : to);
  return root.includes('%') ? decodeURIComponent(root) : root;
}

export function restOf(id: string): readonly string[] {
  return id.split(':').slice(2).map(decodeURIComponent);
}

/** FNV-1a (32 bit) over the UTF-8 bytes of the root, modulo 16. Never change: it is stored with every event. */
export function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(rootOf(id))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash % SHARDS;
}
