import { fitMessage } from "./message.ts";

/** What the page says and how. Every page loads this once, beside what the first light needs. */
export { attachForms } from "./forms.ts";
export * from "./sentences.ts";

fitMessage();
