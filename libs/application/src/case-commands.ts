import type { EventStore } from '@fieldcase/eventsourcing';
import { partsStream } from '@fieldcase/domain';
import type { SlaFacts } from '@fieldcase/domain/sla';
import { newId } from './new-id';
import { CaseResolver, type MadeIds } from './case-resolver';
import { CaseStates } from './case-states';
import { CaseTask, type CaseTaskPorts } from './case-task';
import { NOTHING_WRITTEN, type CommandRunner } from './command-runner';
import type { CaseCommandInput, CommandAnswer, CommandOptions } from './handle-case';
import { metadataOf, TIMERS } from './metadata';
import { NumberAllocator } from './number-allocator';
import type { ReferenceData } from './reference-data';
import type { StreamTaskPorts } from './stream-task';

/** What an object-level check needs to know of a case; null = absent. */
export interface CaseFacts {
  readonly region: string;
  readonly open: boolean;
  /** Technicians with a visit that was neither declined nor withdrawn. */
  readonly technicianIds: readonly string[];
}

/** Everything that may happen to a case, without HTTP: the CommandBus handler, the timers and the demo use this. */
export class CaseCommands {
  private readonly states: CaseStates;
  private readonly resolver: CaseResolver;
  private readonly numbers: NumberAllocator;
  private readonly ports: CaseTaskPorts;

  constructor(
    store: EventStore,
    private readonly runner: CommandRunner,
    reference: ReferenceData,
    streams: StreamTaskPorts,
    options: { readonly reopenWindowMs: number; readonly now: () => number },
  ) {
    this.states = new CaseStates(store);
    this.ports = { store, states: this.states, ...streams };
    this.resolver = new CaseResolver(store, reference, options.reopenWindowMs);
    this.numbers = new NumberAllocator(store, options.now);
  }

  /** @throws Rejection, VersionMismatch, KeyReused, Busy, StoreUnavailable */
  async handle(caseId: string | undefined, input: CaseCommandInput, options: CommandOptions): Promise<CommandAnswer> {
    const ids = await this.makeIds(caseId, input);
    const { caseId: id, ...made } = ids;
    const task = new CaseTask(this.ports, {
      caseId: id,
      isNew: caseId === undefined,
      resolve: (loaded, context, draft) => this.resolver.resolve(input, ids, loaded, context, draft),
      made,
      metadata: metadataOf(options),
      ...mainOf(input, id),
    });
    return this.runner.run(task, options);
  }

  /** What the same command was answered before, for a caller who has lost sight of the case since. */
  answerOf(options: CommandOptions): Promise<CommandAnswer | undefined> {
    return this.runner.answerOf(options);
  }

  /** Always up to the log's head: access is decided on what is so now. */
  async factsOf(caseId: string): Promise<CaseFacts | null> {
    const { state } = await this.states.loadFresh(caseId);
    if (state.phase === 'absent') return null;
    const technicianIds = state.visits
      .filter((visit) => visit.status !== 'declined' && visit.status !== 'withdrawn')
      .map((visit) => visit.technicianId);
    return {
      region: state.attributes.region,
      open: state.phase === 'open',
      technicianIds: [...new Set(technicianIds)],
    };
  }

  /**
   * Records what is due of its clocks, by all that the log says of it.
   * @returns where in the log that ends, and what its clocks are judged by there or later; undefined: nothing was due
   */
  async recordClockFacts(caseId: string): Promise<{ position: bigint; clocks: SlaFacts } | undefined> {
    // Another process may have changed the case since this one last saw it.
    await this.states.loadFresh(caseId);
    const { position } = await this.handle(caseId, { type: 'RecordClockFacts' }, TIMERS);
    if (position === NOTHING_WRITTEN) return undefined;
    const { state } = await this.states.load(caseId);
    return { position: BigInt(position), clocks: state.sla };
  }

  /** Its part requests that nobody had stock for, in the order in which they were made. */
  async waitingParts(caseId: string): Promise<readonly string[]> {
    const { state } = await this.states.loadFresh(caseId);
    return state.parts.filter(({ status }) => status === 'backordered').map(({ partRequestId }) => partRequestId);
  }

  private async makeIds(caseId: string | undefined, input: CaseCommandInput): Promise<MadeIds> {
    switch (input.type) {
      case 'ReportFault':
        return { caseId: caseId ?? newId(), number: await this.numbers.allocate() };
      case 'DispatchTechnician':
        return { caseId: needed(caseId), visitId: newId() };
      case 'RequestExemption':
        return { caseId: needed(caseId), exemptionId: newId() };
      default:
        return { caseId: needed(caseId) };
    }
  }
}

function needed(caseId: string | undefined): string {
  if (caseId === undefined) throw new Error('only ReportFault may come without a case id');
  return caseId;
}

/** A command about a part request answers that request, at the version of the case's parts. */
function mainOf(input: CaseCommandInput, caseId: string): { readonly main: string; readonly id: string } | undefined {
  return 'partRequestId' in input ? { main: partsStream(caseId), id: input.partRequestId } : undefined;
}
