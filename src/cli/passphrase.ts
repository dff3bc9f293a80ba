// The passphrase of locked incidents: from the environment, as arguments can be read by every user of a machine.
import process from 'node:process';

export const PASSPHRASE = 'HOPSCOPE_PASSPHRASE';
export const passphraseOfEnvironment = (): string | null => process.env[PASSPHRASE] || null;
