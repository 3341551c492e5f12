import type { StatusReport } from '../../../src/status/report.ts';
import type { NetworkKey, ProxyKind, ProxySetup } from '../scenario.ts';
import type { Surroundings } from '../surroundings.ts';

/** A running proxy, with tsgen in it or beside it. Gone with the workspace that it was made in. */
export interface ProxyUnderTest {
  readonly kind: ProxyKind;
  /** Container on which scenarios act when they disconnect or stop the proxy. */
  readonly container: string;
  /** Label that containers carry which this proxy is to serve; the others are not its concern. */
  readonly label: string;
  /** Its address on one of its networks. */
  address(network: NetworkKey, family: 4 | 6): string;
  /** Puts a file into one of its folders, as its operator would: `certs/a.example.com.crt`. */
  write(file: string, content: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Waits until all that the engine knows by now is live. */
  settle(): Promise<void>;
  /** What tsgen says of itself. */
  status(): Promise<StatusReport>;
  /** What the proxy and tsgen wrote so far, line by line, access log included. */
  logs(): Promise<readonly string[]>;
  /** Its generated configuration. */
  config(): Promise<string>;
  /** Ends it, before its workspace goes. */
  end(): Promise<void>;
}

/** How a kind of proxy is started. */
export interface ProxyDriver {
  readonly kind: ProxyKind;
  /** Starts it and waits until its first configuration is live. */
  start(setup: ProxySetup, around: Surroundings): Promise<ProxyUnderTest>;
}
