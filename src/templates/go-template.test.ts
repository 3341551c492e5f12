import { expect, it } from 'vitest';
import { refuseGoTemplate } from './go-template.ts';

const GO = '{{ range $host, $all := groupBy $ "Env.VIRTUAL_HOST" }}\n{{ $host }}\n{{ end }}\n';

it("refuses templates of Go's, and says how to port them", () => {
  expect(() => refuseGoTemplate('a.tmpl', GO)).toThrow(
    /^a\.tmpl is a template of Go's.*docs\/from-docker-gen\.md/,
  );
});

it.each([
  ['a.hbs', GO],
  ['a.tmpl', '{{#each containers}}\n{{Name}} {{end}}\n{{/each}}\n'],
  ['a.tmpl', ''],
])('takes %s as it is: %j', (name, text) => {
  expect(() => refuseGoTemplate(name, text)).not.toThrow();
});
