import type { Offering } from "../../../api/contract/library";

/** The icon of an offering, or its first letter. The name stands beside it, so neither is read aloud. */
export function OfferingIcon({ offering: { name, icon } }: { offering: Offering }) {
  if (icon !== "") return <img className="cw-icon" src={icon} alt="" />;
  return (
    <span className="cw-icon cw-icon-letter" aria-hidden>
      {[...name][0]?.toUpperCase()}
    </span>
  );
}
