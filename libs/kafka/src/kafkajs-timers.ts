import RequestQueue from 'kafkajs/src/network/requestQueue';

let mended = false;

/**
 * After every answer of a broker kafkajs sets a timer to look for requests that wait, with an instant long past as its
 * delay, and that timer sets the next one: a loop of one millisecond for each connection, and a warning of negative
 * timeouts on newer Nodes. Here the timer is set only where a request waits. Once, for the whole process.
 */
export function mendTimers(): void {
  if (mended) return;
  mended = true;
  const { scheduleCheckPendingRequests: schedule } = RequestQueue.prototype;
  if (typeof schedule !== 'function') throw new Error('kafkajs is another one than this guard was written for');
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
