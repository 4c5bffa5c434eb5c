import fc from "fast-check";
import { expect, test } from "vitest";
import { classes, Message, methods, parseMessage } from "werift";
import { HmacSha1 } from "../../../../../server/media/kernel/hmac.ts";
import {
  bindingRequest,
  bindingSuccess,
  isAuthentic,
  readBindingRequest,
  readBindingSuccess,
  transactionId,
} from "../../../../../server/media/wire/stun.ts";

const password = "p".repeat(24);
const key = new HmacSha1(Buffer.from(password));

/** A connectivity check written by werift. */
function check(nominates: boolean, signedWith = password): Buffer {
  const message = new Message(methods.BINDING, classes.REQUEST)
    .setAttribute("USERNAME", "serv:brow")
    .setAttribute("PRIORITY", 1)
    .setAttribute("ICE-CONTROLLING", 7n);
  if (nominates) message.setAttribute("USE-CANDIDATE", null);
  return message.addMessageIntegrity(Buffer.from(signedWith)).addFingerprint().bytes;
}

test("a check is read, and is authentic only with the right password", () => {
  for (const nominates of [true, false]) {
    const request = readBindingRequest(check(nominates))!;
    expect(request).toMatchObject({ localUfrag: "serv", remoteUfrag: "brow", nominates });
    expect(isAuthentic(request, key)).toBe(true);
    expect(isAuthentic(readBindingRequest(check(nominates, "another"))!, key)).toBe(false);
  }
});

test("a check is not authentic if any byte up to the end of MESSAGE-INTEGRITY is changed", () => {
  const data = check(true);
  const integrityEnd = data.length - 8;
  for (let at = 0; at < integrityEnd; at++) {
    const changed = Buffer.from(data);
    changed[at]! ^= 1;
    const request = readBindingRequest(changed);
    expect(request !== undefined && isAuthentic(request, key), `byte ${at}`).toBe(false);
  }
});

test("attributes after MESSAGE-INTEGRITY are ignored", () => {
  const plain = check(false).subarray(0, -8);
  const added = Buffer.concat([plain, Buffer.from("00250000", "hex")]);
  added.writeUInt16BE(added.length - 20, 2);
  expect(readBindingRequest(added)).toMatchObject({ nominates: false });
});

test.each(["192.0.2.77", "2001:db8::1:0:77", "::1", "fe80::1%eth0"])(
  "werift reads the response to a check from %s",
  (address) => {
    const request = readBindingRequest(check(false))!;
    const response = bindingSuccess(request, key, { address, port: 54_321 });
    const message = parseMessage(response, Buffer.from(password))!;
    expect(message.transactionId).toEqual(request.data.subarray(8, 20));
    const [seen, port] = message.getAttributeValue("XOR-MAPPED-ADDRESS") as [string, number];
    expect(port).toBe(54_321);
    expect(new URL(`http://${seen.includes(":") ? `[${seen}]` : seen}`).hostname).toBe(
      new URL(`http://${address.includes(":") ? `[${address.split("%")[0]}]` : address}`).hostname,
    );
    expect(message.attributesKeys).toContain("FINGERPRINT");
  },
);

test("only the first USERNAME counts, and it must have two parts", () => {
  const named = (...names: string[]) => {
    const parts = names.map((name) => {
      const value = Buffer.from(name.padEnd((name.length + 3) & ~3, "\0"), "latin1");
      return Buffer.concat([Buffer.from([0, 6, 0, name.length]), value]);
    });
    const data = Buffer.concat([
      check(false).subarray(0, 20),
      ...parts,
      Buffer.from("00080014", "hex"),
      Buffer.alloc(20),
    ]);
    data.writeUInt16BE(data.length - 20, 2);
    return readBindingRequest(data);
  };
  expect(named("serv:brow", "else:where")).toMatchObject({ localUfrag: "serv", remoteUfrag: "brow" });
  expect(named("serv:brow:more")).toBeUndefined();
  expect(named("serv")).toBeUndefined();
  expect(named()).toBeUndefined();
});

test("werift reads the server's request, and its response is authentic only with the right password", () => {
  const id = Buffer.from("twelve bytes");
  const tieBreaker = Buffer.from("0102030405060708", "hex");
  const data = bindingRequest({ id, username: "brow:serv", tieBreaker, password: key });
  const message = parseMessage(data, Buffer.from(password))!;
  expect(message.messageMethod).toBe(methods.BINDING);
  expect(message.messageClass).toBe(classes.REQUEST);
  expect(message.transactionId).toEqual(id);
  expect(message.getAttributeValue("USERNAME")).toBe("brow:serv");
  expect(message.getAttributeValue("ICE-CONTROLLED")).toBe(tieBreaker.readBigUInt64BE());
  expect(message.attributesKeys).toContain("FINGERPRINT");

  const answer = (signedWith: string) =>
    new Message(methods.BINDING, classes.RESPONSE, message.transactionId)
      .setAttribute("XOR-MAPPED-ADDRESS", ["192.0.2.7", 5004])
      .addMessageIntegrity(Buffer.from(signedWith))
      .addFingerprint().bytes;
  const read = readBindingSuccess(answer(password))!;
  expect(transactionId(read)).toEqual(id);
  expect(isAuthentic(read, key)).toBe(true);
  expect(isAuthentic(readBindingSuccess(answer("another"))!, key)).toBe(false);
  expect(readBindingSuccess(check(true))).toBeUndefined();
  expect(readBindingRequest(answer(password))).toBeUndefined();
});

test.each(["0001", "0101"])("any bytes are read without an exception, with and without type %s", (type) => {
  const head = Buffer.from(`${type}00002112a442`, "hex");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, framed) => {
      const data = Buffer.concat([framed ? head : Buffer.alloc(0), bytes]);
      if (framed && data.length >= 20) data.writeUInt16BE(data.length - 20, 2);
      const message = readBindingRequest(data) ?? readBindingSuccess(data);
      if (message) isAuthentic(message, key);
    }),
    { numRuns: 2000 },
  );
});
