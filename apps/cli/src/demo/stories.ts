import { AGENT, DISPATCHER, SUPERVISOR } from './actors';
import type { Cast, Casting } from './cast';
import {
  accepted,
  agreed,
  arrived,
  customerTime,
  DAY,
  declined,
  dispatched,
  exemptionRequested,
  HOUR,
  instantOf,
  repaired,
  signedAndClosed,
  step,
  triaged,
  visited,
  worked,
  type Step,
} from './steps';

/** What happens to a case after its report. Steps that lie ahead have not happened yet. */
export interface Story extends Casting {
  /** Tells that the case before this one was reported again. */
  readonly duplicate?: true;
  /** Written on paper, and told only now. */
  readonly onPaper?: true;
  steps(cast: Cast): readonly Step[];
}

/** Arrival after five hours; how far it has come is for its age to say. */
const under = (from: number, to: number): Story => ({
  age: [from, to],
  steps: (cast) => repaired(cast, 5 * HOUR),
});
const onTime: Story = { age: [DAY, 30 * DAY], steps: (cast) => repaired(cast, 5 * HOUR + cast.jitter) };
const tooLate: Story = { age: [3 * DAY, 30 * DAY], steps: (cast) => repaired(cast, 27 * HOUR + cast.jitter) };

const secondVisit: Story = {
  age: [4 * DAY, 30 * DAY],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(20, cast.technician),
    accepted(35, cast.technician),
    agreed(cast, 50, 4 * HOUR),
    ...visited(cast, 5 * HOUR, false),
    step(7 * HOUR, cast.technician, { type: 'InformCustomer', result: '缺件，已急调', channel: 'on-site' }),
    step(7 * HOUR + 5, DISPATCHER, { type: 'PauseCase', reason: 'waiting-part', until: instantOf(cast, 2 * DAY) }),
    dispatched(26 * HOUR, cast.technician),
    step(26 * HOUR + 20, cast.technician, { type: 'ResumeCase' }),
    ...visited(cast, 30 * HOUR + cast.jitter, true),
    ...signedAndClosed(cast, 32 * HOUR + cast.jitter),
  ],
};

const customerAway: Story = {
  age: [3 * DAY, 30 * DAY],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(15, cast.technician),
    step(HOUR, AGENT, {
      type: 'PauseCase',
      reason: 'waiting-customer',
      note: '机主外出作业',
      until: instantOf(cast, 30 * HOUR),
    }),
    step(20 * HOUR, AGENT, { type: 'ResumeCase', reason: 'waiting-customer' }),
    ...visited(cast, 26 * HOUR + cast.jitter, true),
    ...signedAndClosed(cast, 28 * HOUR + cast.jitter),
  ],
};

const customerTimeKept: Story = {
  age: [3 * DAY, 30 * DAY],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(20, cast.technician),
    customerTime(cast, 30, 28 * HOUR, 32 * HOUR),
    ...visited(cast, 29 * HOUR + cast.jitter, true),
    ...signedAndClosed(cast, 34 * HOUR),
  ],
};

const flooded: Story = {
  age: [3 * DAY, 30 * DAY],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(20, cast.technician),
    exemptionRequested(cast, 3 * HOUR, '暴雨，村道被淹'),
    step(4 * HOUR, SUPERVISOR, (state) => ({
      type: 'ApproveExemption',
      exemptionId: state.exemptions.at(-1)?.exemptionId ?? '',
      note: '情况属实',
    })),
    ...visited(cast, 34 * HOUR + cast.jitter, true),
    ...signedAndClosed(cast, 36 * HOUR + cast.jitter),
  ],
};

/** The breach is published, and voided by the arrival before it that is told after it. */
const arrivalToldLate: Story = {
  age: [3 * DAY, 30 * DAY],
  priority: 'normal',
  steps: (cast) => [
    ...triaged(cast),
    dispatched(20, cast.technician),
    { ...arrived(24 * HOUR - 10, cast.technician), late: 30 },
    ...worked(cast, 24 * HOUR - 10, true),
    ...signedAndClosed(cast, 26 * HOUR),
  ],
};

const repairedAgain: Story = {
  age: [5 * DAY, 30 * DAY],
  steps: (cast) => [
    ...repaired(cast, 6 * HOUR + cast.jitter),
    ...reopened(cast, 3 * DAY),
    ...visited(cast, 3 * DAY + 9 * HOUR, true),
    ...signedAndClosed(cast, 3 * DAY + 11 * HOUR),
  ],
};

function reopened({ technician }: Cast, minute: number): Step[] {
  return [
    step(minute, AGENT, { type: 'ReopenCase', reason: '同一故障再次出现' }),
    dispatched(minute + 30, technician),
    accepted(minute + 42, technician),
  ];
}

const someoneElse: Story = {
  age: [2 * DAY, 30 * DAY],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(20, cast.colleague),
    declined(50, cast.colleague),
    dispatched(HOUR, cast.technician),
    ...visited(cast, 8 * HOUR + cast.jitter, true),
    ...signedAndClosed(cast, 10 * HOUR + cast.jitter),
  ],
};

const cancelled: Story = {
  age: [DAY, 30 * DAY],
  steps: ({ technician }) => [
    dispatched(30, technician),
    step(4 * HOUR, AGENT, { type: 'CancelCase', reason: '机主自己修好了' }),
  ],
};

const reportedAgain: Story = {
  duplicate: true,
  age: [10, 25],
  steps: ({ original }) => [step(15, AGENT, { type: 'MergeDuplicate', into: original?.caseId ?? '' })],
};

const solvedByPhone: Story = {
  age: [DAY, 30 * DAY],
  caseType: 'enquiry',
  steps: () => [step(20, AGENT, { type: 'CloseCase', resolution: 'solved-by-phone', note: '已说明保养周期' })],
};

const maintained: Story = { ...onTime, caseType: 'maintenance' };
const upgraded: Story = { ...tooLate, caseType: 'upgrade' };

const complaint: Story = {
  age: [2 * DAY, 6 * DAY],
  caseType: 'complaint',
  steps: () => [
    step(30, AGENT, { type: 'TakeOwnership', owner: SUPERVISOR.sub }),
    step(5 * HOUR, SUPERVISOR, { type: 'AddNote', kind: 'callback', text: '已致歉，承诺三日内答复', channel: 'phone' }),
  ],
};

const nobodyCame: Story = {
  age: [2 * DAY, 5 * DAY],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(30, cast.technician),
    agreed(cast, 90, 20 * HOUR),
    step(26 * HOUR, DISPATCHER, { type: 'TakeOwnership', owner: DISPATCHER.sub }),
  ],
};

const dueSoon: Story = {
  age: [19 * HOUR, 23 * HOUR],
  priority: 'normal',
  steps: (cast) => [
    ...triaged(cast),
    dispatched(30, cast.technician),
    accepted(50, cast.technician),
    agreed(cast, 90, 23 * HOUR),
  ],
};

const waitsForCustomer: Story = {
  age: [8 * HOUR, 20 * HOUR],
  steps: (cast) => [
    ...triaged(cast),
    dispatched(20, cast.technician),
    step(90, AGENT, {
      type: 'PauseCase',
      reason: 'waiting-customer',
      note: '机主要求等收完这块田',
      until: instantOf(cast, 3 * DAY),
    }),
  ],
};

const customerNamedTime: Story = {
  age: [4 * HOUR, 12 * HOUR],
  steps: (cast) => [...triaged(cast), customerTime(cast, 25, 30 * HOUR, 36 * HOUR), dispatched(40, cast.technician)],
};

const exemptionPending: Story = {
  age: [4 * HOUR, 11 * HOUR],
  steps: (cast) => [...triaged(cast), dispatched(20, cast.technician), exemptionRequested(cast, 3 * HOUR, '渡口停航')],
};

const reopenedToday: Story = {
  age: [3 * DAY + HOUR, 3 * DAY + 7 * HOUR],
  steps: (cast) => [...repaired(cast, 6 * HOUR + cast.jitter), ...reopened(cast, 3 * DAY)],
};

/** In time, but known too late to be believed without a supervisor. */
const withoutNetwork: Story = {
  age: [26 * HOUR, 28 * HOUR],
  priority: 'normal',
  onPaper: true,
  steps: ({ technician }) => [dispatched(30, technician), arrived(20 * HOUR, technician)],
};

/**
 * The cases of a seed tell these in turn, again and again. Their number has no factor in common with that of a crew,
 * so in time each story meets every technician; the demo's own has the first.
 */
export const STORIES: readonly Story[] = [
  under(50, 255), // appointed
  onTime,
  reportedAgain,
  nobodyCame,
  secondVisit,
  under(1, 8), // reported
  tooLate,
  onTime,
  waitsForCustomer,
  onTime,
  under(19, 29), // dispatched
  flooded,
  onTime,
  exemptionPending,
  customerAway,
  dueSoon,
  onTime,
  solvedByPhone,
  under(305, 390), // on site
  onTime,
  customerTimeKept,
  secondVisit,
  customerNamedTime,
  onTime,
  under(10, 17), // triaged
  someoneElse,
  complaint,
  maintained,
  under(264, 298), // travelling
  onTime,
  arrivalToldLate,
  withoutNetwork,
  tooLate,
  onTime,
  reopenedToday,
  cancelled,
  onTime,
  under(396, 434), // done, the customer not told yet
  customerAway,
  onTime,
  under(31, 44), // accepted
  solvedByPhone,
  repairedAgain,
  onTime,
  tooLate,
  upgraded,
  onTime,
];
