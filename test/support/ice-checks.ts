import { classes, Message, methods } from "werift";

/**
 * Makes connectivity checks with the credentials that an answer to {@link offerSdp} gives.
 * @param nominates whether the browser has chosen the address that they come from
 */
export function checksFor(answer: string, { nominates = true } = {}): () => Buffer {
  const part = (pattern: RegExp) => pattern.exec(answer)?.[1] ?? "";
  const [ufrag, password] = [part(/a=ice-ufrag:(\S+)/), part(/a=ice-pwd:(\S+)/)];
  return () => {
    const check = new Message(methods.BINDING, classes.REQUEST)
      .setAttribute("USERNAME", `${ufrag}:Wx1y`)
      .setAttribute("PRIORITY", 1)
      .setAttribute("ICE-CONTROLLING", 7n);
    if (nominates) check.setAttribute("USE-CANDIDATE", null);
    return check.addMessageIntegrity(Buffer.from(password)).addFingerprint().bytes;
  };
}
