import { setText } from "../shared/page.ts";
import { wallTable } from "../words/en/admin.ts";
import { COLUMN_IDS, COLUMNS, type Column, type ColumnId, type Wall } from "./columns.ts";
import { FIRST_ORDER, nextOrder, type SortOrder, sortWalls } from "./sorting.ts";

export interface WallTableOptions {
  readonly table: HTMLTableElement;
  /** The seconds until a wall is closed; 0 while the server closes it; undefined if it stays open. */
  readonly secondsLeft: (code: string) => number | undefined;
  /** A wall's button was pressed. */
  readonly onPress: (code: string) => void;
}

/**
 * The table of walls. Its rows belong to codes: a row stays the same element as long as its wall is open, and
 * the row with the focus is never moved, so that refreshing does not take the focus away.
 */
export class WallTable {
  readonly #options: WallTableOptions;
  readonly #body: HTMLTableSectionElement;
  readonly #headers = new Map<ColumnId, HTMLTableCellElement>();
  readonly #rows = new Map<string, Row>();
  #walls: readonly Wall[] = [];
  #order: SortOrder = FIRST_ORDER;

  constructor(options: WallTableOptions) {
    this.#options = options;
    const line = options.table.createTHead().insertRow();
    for (const id of COLUMN_IDS) line.append(this.#header(id));
    const last = document.createElement("th");
    last.scope = "col";
    last.append(
      Object.assign(document.createElement("span"), { className: "unseen", textContent: wallTable().close }),
    );
    line.append(last);
    this.#body = options.table.createTBody();
    this.#showOrder();
  }

  /** Shows these walls, in the order that was chosen. */
  show(walls: readonly Wall[]): void {
    this.#walls = walls;
    this.#options.table.hidden = walls.length === 0;
    const focused = [...this.#rows.values()].find(({ element }) => element.contains(document.activeElement));
    const sorted = sortWalls(walls, this.#order);
    const codes = new Set(sorted.map(({ code }) => code));
    const next = focused && !codes.has(focused.code) ? this.#neighbour(focused, codes) : undefined;
    for (const { code, element } of this.#rows.values()) {
      if (codes.has(code)) continue;
      element.remove();
      this.#rows.delete(code);
    }
    const rows = sorted.map((wall) => this.#row(wall));
    for (const [n, row] of rows.entries()) row.show(sorted[n]!, this.#options.secondsLeft(row.code));
    this.#arrange(rows.map(({ element }) => element));
    next?.button.focus();
  }

  /** Shows what has changed about walls that are to be closed. */
  refresh(): void {
    this.show(this.#walls);
  }

  #header(id: ColumnId): HTMLTableCellElement {
    const { kind }: Column = COLUMNS[id];
    const made = document.createElement("th");
    made.scope = "col";
    if (kind === "number") made.className = kind;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = wallTable()[id];
    button.addEventListener("click", () => {
      this.#order = nextOrder(this.#order, id);
      this.#showOrder();
      this.refresh();
    });
    made.append(button);
    this.#headers.set(id, made);
    return made;
  }

  #showOrder(): void {
    for (const [id, header] of this.#headers) {
      if (id === this.#order.column) header.setAttribute("aria-sort", this.#order.direction);
      else header.removeAttribute("aria-sort");
    }
  }

  #row({ code }: Wall): Row {
    let row = this.#rows.get(code);
    if (!row) {
      row = new Row(code, () => this.#options.onPress(code));
      this.#rows.set(code, row);
    }
    return row;
  }

  /** Brings rows into an order. To move an element takes the focus out of it: the others move around it. */
  #arrange(wanted: readonly HTMLElement[]): void {
    if (wanted.every((row, n) => row === this.#body.children[n])) return;
    const fixed = wanted.findIndex((row) => row.contains(document.activeElement));
    if (fixed < 0) {
      this.#body.append(...wanted);
      return;
    }
    wanted[fixed]!.before(...wanted.slice(0, fixed));
    wanted[fixed]!.after(...wanted.slice(fixed + 1));
  }

  /** The row that gets the focus of a row that goes: the next one that stays, or the one before. */
  #neighbour(gone: Row, codes: ReadonlySet<string>): Row | undefined {
    const elements = [...this.#body.rows];
    const at = elements.indexOf(gone.element);
    const nearest = [...elements.slice(at + 1), ...elements.slice(0, at).reverse()];
    const stays = nearest.find((element) => codes.has(element.dataset.code ?? ""));
    return stays && this.#rows.get(stays.dataset.code ?? "");
  }
}

/** A wall's row. */
class Row {
  readonly code: string;
  readonly element = document.createElement("tr");
  readonly button = document.createElement("button");
  readonly #cells: Record<ColumnId, HTMLTableCellElement>;

  constructor(code: string, onPress: () => void) {
    this.code = code;
    this.element.dataset.code = code;
    const cells = COLUMN_IDS.map((id) => {
      const { kind }: Column = COLUMNS[id];
      const cell = this.element.insertCell();
      cell.dataset.name = wallTable()[id];
      cell.className = kind;
      return [id, cell] as const;
    });
    this.#cells = Object.fromEntries(cells) as Record<ColumnId, HTMLTableCellElement>;
    this.button.type = "button";
    this.button.addEventListener("click", onPress);
    this.element.insertCell().append(this.button);
  }

  show(wall: Wall, secondsLeft: number | undefined): void {
    const isOpen = secondsLeft === undefined;
    for (const id of COLUMN_IDS) setText(this.#cells[id], COLUMNS[id].words(wall));
    // In a column that is there already, so that a press moves nothing.
    const t = wallTable();
    if (!isOpen) {
      setText(this.#cells.state, secondsLeft > 0 ? t.closingIn({ seconds: secondsLeft }) : t.closing);
    }
    setText(this.button, isOpen ? t.close : t.undo);
    const { code } = this;
    this.button.setAttribute("aria-label", isOpen ? t.closeWall({ code }) : t.keepOpen({ code }));
    // Not `disabled`, which would take the focus away.
    this.button.setAttribute("aria-disabled", String(secondsLeft === 0));
    this.element.toggleAttribute("data-closing", !isOpen);
  }
}
