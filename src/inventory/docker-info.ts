import type { EngineInfo } from '../docker/api.ts';
import type { DockerInfo } from './runtime-container.ts';

/** Before the engine has said anything. */
export const NO_ENGINE: EngineInfo = {
  name: '',
  containers: 0,
  images: 0,
  version: '',
  apiVersion: '',
  goVersion: '',
  operatingSystem: '',
  architecture: '',
};

/** The engine as docker-gen's `.Docker` shows it. */
export function toDockerInfo(info: EngineInfo, selfId: string | undefined): DockerInfo {
  return {
    Name: info.name,
    NumContainers: info.containers,
    NumImages: info.images,
    Version: info.version,
    ApiVersion: info.apiVersion,
    GoVersion: info.goVersion,
    OperatingSystem: info.operatingSystem,
    Architecture: info.architecture,
    CurrentContainerID: selfId ?? '',
  };
}
