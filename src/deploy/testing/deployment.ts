import type { Deployment } from '../deployment.ts';

/** One that has not begun. */
export const DEPLOYMENT: Deployment = {
  id: 7,
  repository: 'team/web',
  tag: 'latest',
  receivedAt: '2026-01-01T00:00:00Z',
  state: 'queued',
  images: [],
  replicas: [],
};
