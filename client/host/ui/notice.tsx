import type { ComponentChildren } from "preact";

/** A page of its own for when there is nothing to control: what happened, and the ways out. */
export function Notice({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <main class="notice" data-testid="notice">
      <img class="mark" src="/icon.svg" alt="" width="96" height="96" />
      <div role="alert">
        <h1>{title}</h1>
      </div>
      {children}
    </main>
  );
}
