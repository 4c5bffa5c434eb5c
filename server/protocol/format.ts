/**
 * Characters of a wall's code. Letters and digits that look or sound alike are left out
 * (0 O, 1 I L, 2 Z, 5 S, 8 B, U V), because codes are read aloud and typed on phones.
 */
export const CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
export const CODE_LENGTH = 5;
export const CODE_PATTERN = new RegExp(`^[${CODE_ALPHABET}]{${CODE_LENGTH}}$`);

/**
 * Converts typed text to the form of a code: upper case, without spaces and dashes. The result may still be
 * invalid: test it with {@link CODE_PATTERN}.
 */
export function normaliseCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, "");
}
