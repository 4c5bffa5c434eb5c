import { createHash, X509Certificate } from "node:crypto";

/**
 * The configuration profile by which devices of Apple take a certificate into their list of authorities
 * (Apple, Configuration Profile Reference, `com.apple.security.root`).
 * @param authority its certificate, PEM
 */
export function appleProfile(authority: string): string {
  const { raw, subject, fingerprint256 } = new X509Certificate(authority);
  const name = escaped(/^CN=(.*)$/m.exec(subject)?.[1] ?? "Lightwall");
  const id = `lightwall.${fingerprint256.replaceAll(":", "").slice(0, 16).toLowerCase()}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadVersion</key><integer>1</integer>
  <key>PayloadIdentifier</key><string>${id}</string>
  <key>PayloadUUID</key><string>${uuidOf(`${id}.profile`)}</string>
  <key>PayloadDisplayName</key><string>${name}</string>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadVersion</key><integer>1</integer>
      <key>PayloadIdentifier</key><string>${id}.authority</string>
      <key>PayloadUUID</key><string>${uuidOf(`${id}.authority`)}</string>
      <key>PayloadDisplayName</key><string>${name}</string>
      <key>PayloadCertificateFileName</key><string>lightwall.crt</string>
      <key>PayloadContent</key>
      <data>${raw.toString("base64")}</data>
    </dict>
  </array>
</dict>
</plist>
`;
}

/** The same for the same name, so that a profile which is installed again replaces itself (RFC 9562 §5.8). */
function uuidOf(name: string): string {
  const bytes = createHash("sha256").update(name).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex").toUpperCase();
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
