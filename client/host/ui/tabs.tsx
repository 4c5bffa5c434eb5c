import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly label: string;
  readonly content: ComponentChildren;
}

interface TabsProps<Name extends string> {
  /** What the tabs are about, for screen readers. */
  label: string;
  tabs: readonly Tab<Name>[];
  open: Signal<Name>;
}

/** Panels of which one is shown, by the tabs pattern of the ARIA Authoring Practices. */
export function Tabs<Name extends string>({ label, tabs, open }: TabsProps<Name>) {
  const list = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const forward = document.dir === "rtl" ? -1 : 1;
    const step = { ArrowLeft: -forward, ArrowRight: forward }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = tabs.findIndex(({ name }) => name === open.peek());
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    open.value = next.name;
    list.current?.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus();
  };
  return (
    <>
      <div ref={list} class="tabs" role="tablist" aria-label={label} onKeyDown={press}>
        {tabs.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={open.value === name}
            aria-controls={`panel-${name}`}
            tabIndex={open.value === name ? 0 : -1}
            onClick={() => {
              open.value = name;
            }}
            data-testid={`tab-${name}`}
          >
            {label}
          </button>
        ))}
      </div>
      {tabs.map(({ name, content }) => (
        <div
          key={name}
          class="panel"
          role="tabpanel"
          id={`panel-${name}`}
          aria-labelledby={`tab-${name}`}
          hidden={open.value !== name}
        >
          {content}
        </div>
      ))}
    </>
  );
}
