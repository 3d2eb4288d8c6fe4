import { expectationText, refusalText, type Problem } from '@fieldcase/contracts';
import { statusOfRefusal } from './refusal-statuses';

const REFERENCE = /"#\/components\/examples\/([^"]+)"/g;

/** An example for every refusal that the document refers to. */
export function refusalExamples(document: string): Record<string, { readonly value: Problem }> {
  const codes = [...new Set([...document.matchAll(REFERENCE)].map((match) => match[1] ?? ''))].sort();
  return Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]));
}

function exampleOf(code: string): Problem {
  return {
    type: `urn:fieldcase:problem:${code}`,
    ...refusalText(code, {}, 'en'),
    status: statusOfRefusal(code),
    code,
    instance: '3f0f8d1c-5d0b-4a46-9b0e-7c5a1c1d2e3f',
    ...(code === 'request.malformed' ? { errors: { reason: expectationText(['text', 2_000], 'en') } } : {}),
  };
}
