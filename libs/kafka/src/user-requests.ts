/** Users and their quotas: the requests that kafkajs does not know, by Kafka's own descriptions of its messages. */
import { pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Quotas } from './access-control';
import type { WireReader } from './kafka-wire';
import type { WireRequest } from './kafkajs-connection';

const SCRAM_SHA_512 = 2;
const ITERATIONS = 8_192;
const SALT_BYTES = 32;
const HASH_BYTES = 64;

/** 0: done. */
export interface Result {
  readonly code: number;
  readonly message: string | null;
}

const derive = promisify(pbkdf2);

/** A new salt each time; the password itself is not sent. */
export async function passwordRequest(user: string, password: string): Promise<WireRequest<Result>> {
  const salt = randomBytes(SALT_BYTES);
  const salted = await derive(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
  return alterUsers((body) => {
    body
      .compactArray([], () => undefined)
      .compactArray([user], (name) =>
        body.compactString(name).int8(SCRAM_SHA_512).int32(ITERATIONS).compactBytes(salt).compactBytes(salted),
      );
  });
}

export const removalRequest = (user: string): WireRequest<Result> =>
  alterUsers((body) => {
    body.compactArray([user], (name) => body.compactString(name).int8(SCRAM_SHA_512)).compactArray([], () => undefined);
  });

function alterUsers(write: WireRequest<Result>['write']): WireRequest<Result> {
  return {
    name: 'AlterUserScramCredentials',
    key: 51,
    version: 0,
    flexible: true,
    write: (body) => {
      write(body);
      body.noTags();
    },
    read: (answer) => {
      answer.int32();
      return resultsIn(answer, () => answer.compactString())[0] ?? { code: 0, message: null };
    },
  };
}

export function describeUserRequest(user: string): WireRequest<Result> {
  return {
    name: 'DescribeUserScramCredentials',
    key: 50,
    version: 0,
    flexible: true,
    write: (body) => {
      body.compactArray([user], (name) => body.compactString(name)).noTags();
    },
    read: (answer) => {
      answer.int32();
      const whole = resultOf(answer);
      if (whole.code !== 0) return whole;
      return resultsIn(answer, () => answer.compactString())[0] ?? whole;
    },
  };
}

/** Of the first only: nobody asks for more, and what follows is not read. */
function resultsIn(answer: WireReader, before: () => unknown): readonly Result[] {
  if (answer.unsigned() < 2) return [];
  before();
  return [resultOf(answer)];
}

const resultOf = (answer: WireReader): Result => ({ code: answer.int16(), message: answer.compactString() });

const QUOTA_KEYS = {
  producerBytesPerSecond: 'producer_byte_rate',
  consumerBytesPerSecond: 'consumer_byte_rate',
  requestPercentage: 'request_percentage',
} as const satisfies Record<keyof Quotas, string>;

/** @param quotas absent: all are removed */
export function quotasRequest(user: string, quotas?: Quotas): WireRequest<Result> {
  return {
    name: 'AlterClientQuotas',
    key: 49,
    version: 0,
    flexible: false,
    write: (body) => {
      const keys = Object.entries(QUOTA_KEYS) as [keyof Quotas, string][];
      body
        .array([user], (name) => {
          body.array([name], () => body.string('user').string(name));
          body.array(keys, ([quota, key]) =>
            body
              .string(key)
              .float64(quotas?.[quota] ?? 0)
              .boolean(!quotas),
          );
        })
        .boolean(false);
    },
    read: (answer) => {
      answer.int32();
      if (answer.int32() < 1) return { code: 0, message: null };
      return { code: answer.int16(), message: answer.string() };
    },
  };
}
