import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly if?: string;
  readonly needs?: readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

const text = readFileSync('.github/workflows/ci.yml', 'utf8');
const { permissions, jobs } = parse(text) as {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
};
const all = Object.entries(jobs);
const steps = all.flatMap(([, job]) => job.steps);

describe('the workflow', () => {
  it('takes each action by the hash of a commit', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.length).toBeGreaterThan(0);
    for (const uses of used) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    // The same action is the same everywhere.
    expect(new Set(used).size).toBe(new Set(used.map((uses) => uses.split('@')[0])).size);
  });

  it('holds no logic of its own: all that it runs are targets that make has', () => {
    const makefile = readFileSync('Makefile', 'utf8');
    const script = readFileSync('scripts/ci.sh', 'utf8');
    for (const { run = 'make ci-lint' } of steps) {
      const [, step = ''] = /^make ci-([a-z]+)$/.exec(run) ?? [];
      expect(step, run).not.toBe('');
      expect(makefile).toMatch(new RegExp(`^ci-${step}:.*\\n\\t@scripts/ci\\.sh ${step}$`, 'm'));
      expect(script).toMatch(new RegExp(`^  ${step}\\)`, 'm'));
    }
  });

  it('runs on every commit what make ci runs', () => {
    const [, targets = ''] = /^ci: (.*?) ##/m.exec(readFileSync('Makefile', 'utf8')) ?? [];
    const always = all.filter(([, job]) => job.if === undefined).flatMap(([, job]) => job.steps);
    const run = always.flatMap(({ run: line }) => line?.replace('make ', '') ?? []);
    expect(run.sort()).toEqual(targets.split(' ').sort());
  });

  it('has the permissions that it needs, and keeps no credentials in the clone', () => {
    expect(permissions).toEqual({});
    for (const [name, job] of all) {
      const own =
        name === 'package' ? { contents: 'read', 'id-token': 'write' } : { contents: 'read' };
      expect([name, job.permissions]).toEqual([name, own]);
      expect(job['timeout-minutes']).toBeGreaterThan(0);
    }
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
      expect(step.with).toEqual({ 'persist-credentials': false });
    }
  });

  it('shows secrets to no step but the two that use one, after all tests', () => {
    const secret = (step: Step) => JSON.stringify(step).includes('secrets.');
    const holders = all.filter(([, job]) => job.steps.some(secret));
    expect(holders.map(([name]) => name)).toEqual(['push', 'package']);
    for (const [, job] of holders) {
      expect(job.steps.filter(secret)).toHaveLength(1);
      expect(job.needs).toContain('test');
      expect(job.if).toContain("github.event_name == 'push'");
    }
    // No expression is put into a line that a shell reads.
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});
