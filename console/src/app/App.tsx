import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { asApiError } from "../api/problem";
import { Gate } from "./Gate";
import { routes } from "./navigation";
import { NotFound } from "./NotFound";
import { RouteError } from "./RouteError";
import type { AnyRoute } from "./route";
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

function pageOf(route: AnyRoute) {
  return {
    path: route.path,
    errorElement: <RouteError />,
    lazy: async () => {
      const { default: Page } = await route.page();
      return {
        element: (
          <Gate needs={route.needs}>
            <Page />
          </Gate>
        ),
      };
    },
  };
}

const router = createBrowserRouter([
  { path: "/signed-in", element: <SignedIn /> },
  {
    element: <Shell />,
    errorElement: <RouteError />,
    hydrateFallbackElement: <></>,
    children: [...routes.map(pageOf), { path: "*", element: <NotFound /> }],
  },
]);

export function App() {
  const [queries] = useState(newQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
