import { classes, Message, methods } from "werift";

/**
 * Returns a function that creates connectivity checks, with the credentials of an answer to {@link offerSdp}.
 * @param nominates whether the checks nominate the address that they come from
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
