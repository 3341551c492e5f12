// A worker thread of the pool: receives an integer, answers whether it is prime, one at a time.
import { parentPort } from 'node:worker_threads';
import { isPrime } from './is-prime.ts';

const port = parentPort;
if (port === null) {
  throw new Error('This file runs as a worker thread of the is_prime service; start main instead');
}
port.on('message', (integer: number) => {
  port.postMessage(isPrime(integer));
});
