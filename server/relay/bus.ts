/** Publish and subscribe between machines. What cannot be sent at once is dropped: nothing waits. */
export interface Bus {
  /** Whether messages reach others now. */
  readonly isConnected: boolean;
  publish(subject: string, data: Uint8Array): void;
  /** Receives what others publish. Returns a function that ends the subscription. */
  subscribe(subject: string, receive: (data: Buffer) => void): () => void;
  /** Called when the connection is lost, with false, and when it is there again, with true. */
  onChange: (isConnected: boolean) => void;
  /** Called when a receiver has thrown an error: a bug, which must not end the connection. */
  onError: (error: unknown) => void;
  /** Ends the connection; idempotent. */
  close(): Promise<void>;
}
