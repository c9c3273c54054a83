import { Bullseye, PageSection, Spinner } from "@patternfly/react-core";
import { lazy, Suspense, useEffect } from "react";
import { Outlet, useLocation } from "react-router";
import type { Me } from "../api/contract/session";
import { MeContext, useMe } from "../api/customer";
import { asApiError } from "../api/problem";
import { signInUrl } from "../api/session";
import { t } from "../i18n";
import { Bare } from "../ui/Bare";
import { Nothing } from "../ui/DataState";
import { mainId } from "../ui/landmarks";
import { ProblemState } from "../ui/ProblemState";
import { ErrorBoundary } from "./ErrorBoundary";
import { LiveUpdates } from "./LiveUpdates";
import { ConsoleMasthead } from "./Masthead";
import { PageFrame } from "./PageFrame";
import { useMeQuery } from "./queries";
import { ProofWatch } from "./ProofWatch";
import { SideNav } from "./SideNav";
import { SessionWatch } from "./SessionWatch";

const RecoveryBanner = lazy(() => import("./RecoveryBanner"));

/** The frame of every page: finds out who is signed in, then shows masthead, navigation and the page. */
export function Shell() {
  const me = useMeQuery();
  const location = useLocation();
  if (me.data) return <Frame me={me.data} />;
  if (me.error) {
    const error = asApiError(me.error, t("error.unexpected"));
    if (error.status === 401) return <Leave to={signInUrl(location.pathname + location.search)} />;
    return (
      <Bare>
        <ProblemState error={error} retry={() => void me.refetch()} />
      </Bare>
    );
  }
  return (
    <Bare>
      <Waiting />
    </Bare>
  );
}

function Waiting() {
  return (
    <Bullseye className="cw-state">
      <Spinner aria-label={t("state.loading")} />
    </Bullseye>
  );
}

function Leave({ to }: { to: string }) {
  useEffect(() => window.location.assign(to), [to]);
  return (
    <Bare>
      <Waiting />
    </Bare>
  );
}

function Frame({ me }: { me: Me }) {
  const { pathname } = useLocation();
  useEffect(() => {
    document.getElementById(mainId)?.scrollTo({ top: 0 });
  }, [pathname]);

  return (
    <MeContext value={me}>
      <PageFrame
        // A change of customer begins everything anew.
        key={me.customer?.id ?? ""}
        masthead={<ConsoleMasthead />}
        navigation={<SideNav />}
      >
        {me.customer === null ? <NoCustomer /> : <Content />}
      </PageFrame>
      <ProofWatch />
      <SessionWatch me={me} />
    </MeContext>
  );
}

function Content() {
  const { pathname } = useLocation();
  const { updateRecovery } = useMe();
  return (
    <LiveUpdates>
      {updateRecovery && (
        <Suspense>
          <RecoveryBanner />
        </Suspense>
      )}
      <ErrorBoundary place={pathname}>
        <Suspense fallback={<Waiting />}>
          <Outlet />
        </Suspense>
      </ErrorBoundary>
    </LiveUpdates>
  );
}

function NoCustomer() {
  return (
    <PageSection>
      <Nothing title={t("shell.nocustomer.title")}>{t("shell.nocustomer.body")}</Nothing>
    </PageSection>
  );
}
