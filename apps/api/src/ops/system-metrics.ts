import { Gauge, type Registry } from 'prom-client';
import type { OperationsSnapshot } from './operations';

type Relay = OperationsSnapshot['relay']['state'];
const RELAY_STATES: Readonly<Record<Relay, true>> = {
  running: true,
  waiting: true,
  halted: true,
  stopped: true,
  off: true,
  absent: true,
};

/** The figures of `/status`: they are of the whole installation, and every API answers the same. */
export class SystemMetrics {
  private readonly made: Gauge[] = [];
  private readonly head = this.gauge('fieldcase_log_head', 'Highest position of the log');
  private readonly lagEvents = this.ofSubscription('fieldcase_subscription_lag_events', 'Positions behind the log');
  private readonly lagSeconds = this.ofSubscription(
    'fieldcase_subscription_lag_seconds',
    'Age of the oldest event that it has not seen',
  );
  private readonly followers = this.ofSubscription('fieldcase_subscription_followers', 'Workers that hold its lease');
  private readonly problem = this.ofSubscription('fieldcase_subscription_problem', '1: it says why it does not move');
  private readonly parkedEvents = this.ofSubscription('fieldcase_parked_events', 'Events set aside');
  private readonly parkedStreams = this.ofSubscription('fieldcase_parked_streams', 'Streams with events set aside');
  private readonly relay = this.gauge('fieldcase_relay_state', '1: the state that the relay is in', ['state']);
  private readonly relayPosition = this.gauge('fieldcase_relay_position', 'Up to where the log is in Kafka');
  private readonly needs = this.gauge('fieldcase_operator_needs', 'What nobody but a person mends, see /status');
  private readonly timers = this.gauge('fieldcase_timers', 'Timers by state', ['state']);
  private readonly timerLateness = this.gauge(
    'fieldcase_timer_oldest_lateness_seconds',
    'Since the oldest timer that is due, and not fired, was due',
  );
  private readonly timerFired = this.gauge(
    'fieldcase_timer_fired_lateness_seconds',
    'Between due and fired, of the timers fired lately; the worst worker',
    ['quantile'],
  );

  constructor(registry: Registry) {
    for (const gauge of this.made) registry.registerMetric(gauge);
  }

  set({ log, projections, subscriptions, relay, needs, timers }: OperationsSnapshot): void {
    this.head.set(Number(log.head));
    // What has gone is not to be shown for ever.
    const labelled = [this.lagEvents, this.lagSeconds, this.followers, this.problem];
    for (const gauge of [...labelled, this.parkedEvents, this.parkedStreams]) gauge.reset();
    const missed = subscriptions.filter(({ off }) => !off);
    for (const one of [...projections, ...missed]) {
      const of = { subscription: one.name };
      this.lagEvents.set(of, one.lagEvents);
      this.lagSeconds.set(of, one.lagSeconds);
      this.followers.set(of, one.followedBy.length);
      this.problem.set(of, one.problem === null ? 0 : 1);
      this.parkedEvents.set(of, one.parked);
      this.parkedStreams.set(of, one.parkedStreams);
    }
    for (const state of Object.keys(RELAY_STATES)) this.relay.set({ state }, state === relay.state ? 1 : 0);
    this.relayPosition.set(Number(relay.position));
    this.needs.set(needs.length);
    this.timers.set({ state: 'open' }, timers.open);
    this.timers.set({ state: 'due' }, timers.due);
    this.timerLateness.set(timers.oldestLatenessMs / 1_000);
    if (!timers.fired) return;
    this.timerFired.set({ quantile: '0.5' }, timers.fired.p50 / 1_000);
    this.timerFired.set({ quantile: '0.99' }, timers.fired.p99 / 1_000);
    this.timerFired.set({ quantile: '1' }, timers.fired.max / 1_000);
  }

  private ofSubscription(name: string, help: string): Gauge<'subscription'> {
    return this.gauge(name, help, ['subscription']);
  }

  private gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    const gauge = new Gauge<Label>({ name, help, labelNames, registers: [] });
    this.made.push(gauge);
    return gauge;
  }
}
