import { classes, Message, methods } from "werift";

/**
 * A connectivity check as the browser of test/support/offers.ts writes it, in answer to an answer.
 * @param nominates whether the browser has chosen the address that it comes from
 */
export function connectivityCheck(answer: string, { nominates = false } = {}): Buffer {
  const [, ufrag = ""] = /a=ice-ufrag:(\S+)/.exec(answer) ?? [];
  const [, password = ""] = /a=ice-pwd:(\S+)/.exec(answer) ?? [];
  const check = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute("USERNAME", `${ufrag}:Wx1y`)
    .setAttribute("PRIORITY", 1)
    .setAttribute("ICE-CONTROLLING", 7n);
  if (nominates) check.setAttribute("USE-CANDIDATE", null);
  return check.addMessageIntegrity(Buffer.from(password)).addFingerprint().bytes;
}
