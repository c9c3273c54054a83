import { Breadcrumb, BreadcrumbItem, Content, PageBreadcrumb, PageSection, Title } from "@patternfly/react-core";
import { type ReactNode, useEffect } from "react";
import { Link } from "react-router";
import type { Permission } from "../api/contract/session";
import { allows, useMe } from "../api/customer";
import { type PlainKey, t } from "../i18n";

/** What breadcrumbs need to know about a page; routes are made of it. */
interface Crumb {
  title: PlainKey;
  path: string;
  /** A page that the person may not open is named without a link. */
  needs: Permission | null;
  parent?: Crumb;
}

interface Props {
  route: Crumb;
  /** Name of the object on the page, when the page is about one. */
  name?: string;
  description?: ReactNode;
  /** Beside the name: a state, for instance. */
  badge?: ReactNode;
  actions?: ReactNode;
}

function ancestors(crumb: Crumb): Crumb[] {
  return crumb.parent ? [...ancestors(crumb.parent), crumb.parent] : [];
}

/** Breadcrumbs, title and actions of a page; it also names the browser's window. */
export function PageHeader({ route, name, description, badge, actions }: Props) {
  const me = useMe();
  const title = name ?? t(route.title);
  useEffect(() => {
    document.title = `${title} · ${t("brand.name")}`;
  }, [title]);

  return (
    <>
      <PageBreadcrumb>
        <Breadcrumb aria-label={t("shell.breadcrumbs")}>
          {route.path !== "/" && (
            <BreadcrumbItem>
              <Link to="/">{t("home.title")}</Link>
            </BreadcrumbItem>
          )}
          {ancestors(route).map((crumb) => (
            <BreadcrumbItem key={crumb.path}>
              {allows(me, crumb.needs) ? <Link to={crumb.path}>{t(crumb.title)}</Link> : t(crumb.title)}
            </BreadcrumbItem>
          ))}
          <BreadcrumbItem isActive>{route.path === "/" ? t(route.title) : title}</BreadcrumbItem>
        </Breadcrumb>
      </PageBreadcrumb>
      <PageSection>
        <div className="cw-header">
          <div>
            <Title headingLevel="h1" className="cw-break cw-titled">
              {title} {badge}
            </Title>
            {typeof description === "string" ? (
              <Content component="p" className="cw-lead">
                {description}
              </Content>
            ) : (
              description !== undefined && <div className="cw-lead">{description}</div>
            )}
          </div>
          {actions !== undefined && <div>{actions}</div>}
        </div>
      </PageSection>
    </>
  );
}
