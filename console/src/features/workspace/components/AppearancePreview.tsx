import type { WorkspaceAppearanceInput } from "../../../api/contract/workspace";
import { t } from "../../../i18n";
import { isColor } from "../colors";

/** The product's own colours, in the light scheme of the workspace's pages. */
const own = { primary: "#0b4f71", banner: "#ffffff", bannerText: "#1b2a34" } as const;

const chosen = (color: string, otherwise: string) => (isColor(color) ? color : otherwise);

/** How the workspace would look, in the light scheme, while its look is being chosen. A picture: nothing in it can be used. */
export function AppearancePreview({ appearance }: { appearance: WorkspaceAppearanceInput }) {
  const { signInLogo, logo } = appearance;
  const name = appearance.name || t("workspace.appearance.default");
  const primary = chosen(appearance.primaryColor, own.primary);
  return (
    <div className="cw-stack" aria-hidden>
      <figure className="cw-look">
        <figcaption>{t("workspace.appearance.preview.signin")}</figcaption>
        <div className="cw-look-page cw-look-signin">
          {signInLogo === "" ? <strong>{name}</strong> : <img src={signInLogo} alt="" />}
          <p>{t("workspace.appearance.preview.text")}</p>
          <span className="cw-look-button" style={{ backgroundColor: primary }}>
            {t("workspace.appearance.preview.button")}
          </span>
        </div>
      </figure>
      <figure className="cw-look">
        <figcaption>{t("workspace.appearance.preview.after")}</figcaption>
        <div className="cw-look-page">
          <div
            className="cw-look-banner"
            style={{ backgroundColor: chosen(appearance.bannerColor, own.banner), color: chosen(appearance.bannerTextColor, own.bannerText) }}
          >
            {logo === "" ? null : <img src={logo} alt="" />}
            <strong>{name}</strong>
          </div>
          <p className="cw-look-body">
            <span className="cw-look-link" style={{ color: primary }}>
              {t("workspace.appearance.preview.link")}
            </span>
          </p>
        </div>
      </figure>
    </div>
  );
}
