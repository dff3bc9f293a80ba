import process from 'node:process';

/** Processor time of this process so far, milliseconds: unlike the clock it does not depend on what else the machine is doing. */
export function cpuMillis(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
