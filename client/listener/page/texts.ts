/** What the page says and how. Every page loads this once, beside what the first light needs. */
export { tellChoice } from "./choice.ts";
export { attachForms } from "./forms.ts";
export { showIdentity } from "./identity-words.ts";
export { showText } from "./message.ts";
export { showOffered } from "./offered.ts";
export { showState } from "./sentences.ts";
