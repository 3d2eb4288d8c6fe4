/**
 * Loaded into API and worker before anything else: when the launcher is gone, however it went, its end of this
 * channel closes, and the process stops as it would for the launcher's own SIGTERM.
 */
if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
