/** What the played server is like, chosen by the cookie `scene`. */
export const scenes = ["ready", "empty", "denied", "failed", "loading", "signedout"] as const;
export type Scene = (typeof scenes)[number];

export function isScene(name: string): name is Scene {
  return scenes.some((scene) => scene === name);
}
