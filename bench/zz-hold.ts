import { existsSync, writeFileSync } from 'node:fs';
import { Fleet } from './fleet.ts';

await using fleet = await Fleet.create();
await fleet.resize(Number(process.argv[2]), () => {});
writeFileSync('/tmp/osx/fleet', `${fleet.endpoint}\n${fleet.filter}\n`);
while (!existsSync('/tmp/osx/stop')) await new Promise((r) => setTimeout(r, 1000));
