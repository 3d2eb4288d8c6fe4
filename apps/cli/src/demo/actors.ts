/** Who gives a command; the subs are those of `fieldcase token <role>`. */
export interface Actor {
  readonly sub: string;
  readonly role: string;
}

export const AGENT: Actor = { sub: 'demo-agent', role: 'agent' };
export const DISPATCHER: Actor = { sub: 'demo-dispatcher', role: 'dispatcher' };
export const SUPERVISOR: Actor = { sub: 'demo-supervisor', role: 'supervisor' };
export const TIMERS: Actor = { sub: 'timers', role: 'system' };
