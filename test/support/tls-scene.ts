import { onTestFinished } from 'vitest';
import { aCliScene } from './cli-scene.ts';
import { aFolder } from './temporary-folder.ts';
import { makeCertificates, tlsFront } from './tls-front.ts';

/** An engine with one container behind TLS, and the folder of the certificates. */
export async function overTls() {
  const folder = await aFolder();
  await makeCertificates(folder);
  const scene = await aCliScene();
  scene.engine.addContainer({ name: 'web' });
  const front = await tlsFront(scene.engine.socketPath, folder);
  onTestFinished(front.close);
  return { ...scene, endpoint: front.endpoint, file: (name: string) => `${folder}/${name}` };
}
