/** Whether a host name of a URL means "this computer", so that other devices cannot use it. */
export function isLoopbackName(hostname: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(hostname);
}
