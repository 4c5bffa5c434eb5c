import { params, words } from "../words.ts";

/** The stage of the wall, for the host. */
export const hostStage = words("console/stage", {
  give: "Let this person on stage",
  takeBack: "Take the stage back",
  asked: params("{screen} may come on stage. The person there must agree to it."),
  onStage: params("{screen} is on stage: the wall hears and sees what is sent there."),
  aside: params("{screen} is on stage, but the wall neither hears nor sees it now."),
  bringBack: "Bring it back",
});
