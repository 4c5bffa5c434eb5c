// Of the page of a screen that was opened over plain HTTP: goes on over HTTPS if this device trusts the server.
const { href, port } = location;
const secure = new URL(href);
secure.protocol = "https:";
secure.port = port || "80";
fetch(new URL("../trust/probe", secure), { mode: "no-cors", cache: "no-store" }).then(
  () => location.replace(secure),
  () => {},
);
