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
    const at = tabs.findIndex(({ name }) => name === open.peek());
    const to = { ArrowLeft: at - forward, ArrowRight: at + forward, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = tabs.at(to % tabs.length)!;
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
