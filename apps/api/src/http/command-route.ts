import { applyDecorators, HttpCode, Post } from '@nestjs/common';
import { ApiExtension, ApiOperation } from '@nestjs/swagger';
import type { Role } from '@fieldcase/contracts';
import { Policy } from './policy';

/** `x-fieldcase` of an operation: what the OpenAPI document is completed from. */
export interface RouteNotes {
  readonly kind: 'command' | 'query';
  readonly roles: readonly Role[] | 'public' | 'authenticated';
  /** Commands: 201 instead of 200 (or only where it makes something), and what the answer says beside id, version and position. */
  readonly creates?: boolean | 'sometimes';
  readonly made?: readonly string[];
  /** Refusal codes of its own, beside those of every command. */
  readonly refusals?: readonly string[];
}

export interface CommandRouteOptions {
  /** The command's name; the operation's id. */
  readonly command: string;
  readonly roles: readonly Role[];
  readonly summary: string;
  readonly creates?: boolean | 'sometimes';
  readonly made?: readonly string[];
  readonly refusals?: readonly string[];
}

/** A command: POST with a policy, documented. */
export function CommandRoute(
  path: string,
  { command, roles, summary, ...notes }: CommandRouteOptions,
): MethodDecorator {
  const operation: RouteNotes = { kind: 'command', roles, ...notes };
  return applyDecorators(
    Post(path),
    HttpCode(200),
    Policy({ roles }),
    ApiOperation({ operationId: `${command.charAt(0).toLowerCase()}${command.slice(1)}`, summary }),
    ApiExtension('x-fieldcase', operation),
  );
}
