/**
 * Wall codes: five characters that survive being shouted across a room and typed on a phone.
 * The alphabet leaves out letters and digits that look or sound alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V).
 */
export const CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY";
export const CODE_LENGTH = 5;
export const CODE_PATTERN = new RegExp(`^[${CODE_ALPHABET}]{${CODE_LENGTH}}$`);

/**
 * Puts what a person typed into the form of a code: upper case, without spaces and dashes.
 * The result need not be a valid code; test it with {@link CODE_PATTERN}.
 */
export function normaliseCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, "");
}
