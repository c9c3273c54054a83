import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, useState } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { asApiError } from "../api/problem";
import { ErrorBoundary } from "./ErrorBoundary";
import { Gate } from "./Gate";
import { routes } from "./navigation";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";
import { SignedIn } from "./SignedIn";

function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // An answer of the server is an answer; only silence and overload are asked again.
        retry: (failures, error) => failures < 2 && [0, 429, 502, 503, 504].includes(asApiError(error, "").status),
      },
    },
  });
}

/** Each page is loaded when it is first opened. */
const pages = routes.map(({ path, needs, page }) => ({ path, needs, Page: lazy(page) }));

export function App() {
  const [queries] = useState(newQueryClient);
  return (
    <ErrorBoundary place="">
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Routes>
            <Route path="/signed-in" element={<SignedIn />} />
            <Route element={<Shell />}>
              {pages.map(({ path, needs, Page }) => (
                <Route
                  key={path}
                  path={path}
                  element={
                    <Gate needs={needs}>
                      <Page />
                    </Gate>
                  }
                />
              ))}
              <Route path="*" element={<NotFound />} />
            </Route>
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </ErrorBoundary>
  );
}
