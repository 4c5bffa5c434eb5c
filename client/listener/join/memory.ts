/** Texts that this browser keeps between visits; none if it forbids storage. */
export const memory = {
  recall(key: string): string | undefined {
    try {
      return localStorage.getItem(`lightwall:${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  keep(key: string, value: string): void {
    try {
      localStorage.setItem(`lightwall:${key}`, value);
    } catch {
      // Storage is full or forbidden. The page works without it.
    }
  },
};
