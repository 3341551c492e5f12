import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aFolder } from '../../test/support/temporary-folder.ts';
import { readStandIn, standInOf } from './go-template.ts';

/** What is told apart by: a named template and the settings that it reads. */
const NGINX_PROXY = `
{{- define "upstream" }}
  {{- range .Containers }}
    {{- $proto := or .Env.VIRTUAL_PROTO "http" }}{{ $cert := .Env.CERT_NAME }}
  {{- end }}
{{- end }}
{{ range $host, $containers := groupByMulti $ "Env.VIRTUAL_HOST" "," }}
  {{ $method := .Env.HTTPS_METHOD }}{{ template "upstream" $containers }}
{{ end }}
`;
const GO =
  '{{ range $host, $all := groupBy $ "Env.VIRTUAL_HOST" }}\nserver {{ $host }};\n{{ end }}\n';

describe('standInOf', () => {
  it("takes the file of tsgen's images for the bundled template", async () => {
    const text = await readFile('docker/nginx.tmpl', 'utf8');
    expect(standInOf('/app/nginx.tmpl', text)).toEqual({
      kind: 'bundled',
      template: 'nginx.conf.hbs',
    });
  });

  it("takes nginx-proxy's own template for it, and says that changes are lost", () => {
    expect(standInOf('/app/nginx.tmpl', NGINX_PROXY)).toMatchObject({
      kind: 'bundled',
      template: 'nginx.conf.hbs',
      warning: expect.stringMatching(/^\/app\/nginx\.tmpl is nginx-proxy's template/),
    });
  });

  it('takes no other template for it', () => {
    expect(standInOf('a.tmpl', GO)).toEqual({ kind: 'none' });
    expect(standInOf('a.tmpl', '')).toEqual({ kind: 'none' });
  });
});

describe('readStandIn', () => {
  it('looks at files with the name of docker-gen templates alone', async () => {
    const folder = await aFolder();
    for (const name of ['a.tmpl', 'a.hbs']) await writeFile(join(folder, name), NGINX_PROXY);
    expect(await readStandIn('a.tmpl', folder)).toMatchObject({ kind: 'bundled' });
    expect(await readStandIn('a.hbs', folder)).toEqual({ kind: 'none' });
    expect(await readStandIn('absent.tmpl', folder)).toEqual({ kind: 'none' });
  });
});
