/**
 * The load of a server and its limits, for an administrator; `GET /admin/walls` answers with it. Names of
 * limits are those of the settings.
 */
export interface ServerStatus {
  /** Version of the program. */
  readonly version: string;
  /** Time since the start, whole seconds. */
  readonly uptimeS: number;
  /** Why the server refuses new pages; null while it admits them. */
  readonly refusal: "server-full" | "server-stopping" | null;
  readonly walls: number;
  readonly wallsMax: number;
  /** Listeners of all walls. */
  readonly listeners: number;
  /** Most listeners in one wall. */
  readonly listenersMax: number;
  /** Pages whose media is connecting. */
  readonly connecting: number;
  readonly connectingMax: number;
  /** Recent delay of the main thread's event loop, ms. */
  readonly loopDelayMs: number;
  /** The delay above which new pages are refused, ms. */
  readonly loopDelayMaxMs: number;
  /** Resident memory of the process. */
  readonly memoryBytes: number;
}
