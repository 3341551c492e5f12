// A replica of the service that the hitless bench runs, as a program of its own: it starts slowly,
// takes a while for each request, and stops as well-behaved servers do. Its environment:
//
//   PORT      where it listens
//   WARM_MS   for so long after its start it answers 503; then there is a file /tmp/ready
//   WORK_MS   how long it takes for a request
//   LINGER_MS for so long it goes on to serve after SIGTERM, since proxies learn of it after it did
//   STUBBORN  with it, SIGTERM changes nothing
//   DIES_MS   with it, it ends by itself after so long, whatever it is doing
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname } from 'node:os';

const { PORT, WARM_MS, WORK_MS, LINGER_MS, STUBBORN, DIES_MS } = process.env;
let warm = false;

const server = createServer((request, response) => {
  if (!warm) return response.writeHead(503).end();
  request.resume().on('end', () => {
    setTimeout(() => {
      response.setHeader('x-served-by', hostname());
      // What came is said again, so that a mixed-up answer is noticed.
      response.end(`${request.headers['x-request-id']}\n`);
    }, Number(WORK_MS));
  });
});
server.listen(Number(PORT));

setTimeout(() => {
  warm = true;
  writeFileSync('/tmp/ready', '');
}, Number(WARM_MS));
if (DIES_MS) {
  setTimeout(() => {
    process.stdout.write(`dying at ${Date.now()}\n`, () => process.exit(1));
  }, Number(DIES_MS));
}
process.on('SIGTERM', () => {
  if (STUBBORN) return;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, Number(LINGER_MS));
});
