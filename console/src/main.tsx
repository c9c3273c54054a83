import "@patternfly/react-core/dist/styles/base.css";
import "./ui/console.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html without #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
