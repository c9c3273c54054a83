import "@patternfly/react-core/dist/styles/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { followSystem } from "./app/theme";
import "./ui/console.css"; // after the components, whose styles it refines

const root = document.getElementById("root");
if (root === null) throw new Error("index.html without #root");
followSystem();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
