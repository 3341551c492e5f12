/*
 * Preloaded into a process (`node --import`), it has the time of day set: by as many milliseconds as
 * the file CLOCK_STEP says, at any moment.
 */
import { readFileSync } from 'node:fs';

const real = Date.now;
Date.now = () => real() + Number(readFileSync(process.env.CLOCK_STEP ?? '', 'utf8'));
