/** One property per line, so that a change of the surface is a readable diff. */
export const prettyDocument = (text: string): string => `${JSON.stringify(JSON.parse(text), null, 1)}\n`;
