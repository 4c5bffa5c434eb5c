import { words } from "../words.ts";

/** What the HTML of the administrator's page says. */
export const adminPage = words("admin/page", {
  title: "Walls on this server",
  needsToken: "This page needs the server's admin token.",
  token: "Admin token",
  showWalls: "Show the walls",
  server: "Server",
  walls: "Walls",
});
