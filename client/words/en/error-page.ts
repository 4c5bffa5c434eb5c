import { words } from "../words.ts";

/** What the page says that answers a request with an HTTP error. */
export const errorPage = words("error/page", {
  insideOnly: "Only on the server itself",
  insideOnlyText:
    "Only the machine that runs the server may open this page. To read {metrics} from another machine, set " +
    "{metricsToken} on the server and send it as a bearer token.",
  nothingToTrust: "Nothing to trust here",
  nothingToTrustText:
    "This server has no certificate of its own that devices could trust. Screens work without it. " +
    "Whoever runs the server can start it with {httpsOption}.",
  wrongHost: "Not an address of this server",
  wrongHostText:
    "Open the address that the server printed when it started. If you run the server and this name is " +
    "right, add it to {hostnames} and start the server again.",
  notFound: "Page not found",
  notFoundText: "There is no page and no wall at this address. Check the code, or go to the start page.",
  noWall: "No wall with this code",
  failed: "That did not work",
  failedText: "The server could not answer this request. Go to the start page and try again.",
  wallCode: "Wall code",
  join: "Join",
  toStart: "Go to the start page",
});
