import { PageSection, Tab, Tabs, TabTitleText } from "@patternfly/react-core";
import { useNavigate } from "react-router";
import { mainId } from "./landmarks";

interface Props {
  label: string;
  /** Path of the page that is shown. */
  active: string;
  tabs: readonly { path: string; title: string }[];
}

/** Tabs that are pages of their own, each with its address. */
export function PageTabs({ label, active, tabs }: Props) {
  const navigate = useNavigate();
  return (
    <PageSection type="tabs">
      <Tabs
        usePageInsets
        component="nav"
        aria-label={label}
        activeKey={active}
        onSelect={(event, key) => {
          event.preventDefault();
          void navigate(String(key));
        }}
      >
        {tabs.map(({ path, title }) => (
          <Tab key={path} eventKey={path} href={path} tabContentId={mainId} title={<TabTitleText>{title}</TabTitleText>} />
        ))}
      </Tabs>
    </PageSection>
  );
}
