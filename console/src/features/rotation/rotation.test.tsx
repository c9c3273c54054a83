import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import * as mock from "../../../mock/federation";
import { expectAccessible } from "../../test/axe";
import { renderAs } from "../../test/render";
import { serve } from "../../test/server";
import { derOf } from "../../ui/pem";
import { Extractor } from "./components/Extractor";
import { PlanTimeline } from "./components/PlanTimeline";
import SamlCertificatesPage from "./pages/SamlCertificatesPage";

const base = "/alpine4k7q/v1";
const press = async (name: string) => userEvent.click(await screen.findByRole("button", { name }));

describe("the rotation", () => {
  // Spec: SSO-207, SSO-210
  it("shows each time of the plan in UTC and in the reader's zone, in order", () => {
    const plan = {
      status: "Completed" as const, discoveryTime: "2025-02-07T00:01:56Z", agreementTime: "2025-02-12T00:01:56Z", advertisementTime: "2025-02-15T00:01:56Z",
      activationTime: "2025-04-12T15:00:00Z", completionTime: "2025-04-15T15:00:00Z",
    };
    renderAs(<PlanTimeline plan={plan} />);
    const times = screen.getAllByText(/UTC$/).map(({ textContent }) => textContent);
    expect(times).toEqual(["Feb 07, 2025 00:01:56 UTC", "Feb 12, 2025 00:01:56 UTC", "Feb 15, 2025 00:01:56 UTC", "Apr 12, 2025 15:00:00 UTC", "Apr 15, 2025 15:00:00 UTC"]);
    expect(screen.getAllByText(/local time/).length).toBe(5);
  });

  it("has both certificates with activation and expiry apart, and tells per connection who has fetched the next one", async () => {
    serve({ [`GET ${base}/saml-rotation`]: { body: mock.rotation } });
    const { container } = renderAs(<main id="main"><SamlCertificatesPage /></main>);
    const cards = within(await screen.findByRole("region", { name: "Our signing certificates" }));
    expect(cards.getAllByText("Expiry").length).toBe(2);
    expect(cards.getAllByText("Activation").length).toBe(1);
    for (const name of ["Download .pem: Active", "Download .cer: Active", "Download .pem: Next", "Download .cer: Next"]) expect(cards.getByRole("button", { name }), name).toBeTruthy();
    const rows = within(screen.getByRole("grid", { name: "Identity providers" })).getAllByRole("row").slice(1).map(({ textContent }) => textContent);
    expect(rows[0]).toContain("Has the next certificate");
    expect(rows[0]).toContain("AD FS 5.0 metadata monitor");
    expect(rows[1]).toContain("Cannot be known");
    expect(screen.getByText("After the change, remove the old certificate.")).toBeTruthy();
    await expectAccessible(container);
  });

  it("says that none is planned", async () => {
    serve({ [`GET ${base}/saml-rotation`]: { body: { plan: null, certificates: [], connections: [] } } });
    renderAs(<SamlCertificatesPage />);
    expect(await screen.findByText("No rotation is planned at present.")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "No connections" })).toBeTruthy();
  });
});

describe("the certificate extractor", () => {
  // Spec: SSO-224
  it("shows every documented field with a copy button, and the download", async () => {
    const seen = serve({ [`POST ${base}/tools/saml-certificates`]: { body: { items: [mock.extracted], cursor: "" } } });
    const { container } = renderAs(<Extractor />);
    await userEvent.type(screen.getByRole("textbox", { name: "Metadata URL" }), "https://idp.example/metadata");
    await press("Show certificates");
    await screen.findByRole("heading", { name: "Certificate 1" });
    const terms = [...container.querySelectorAll("dt")].map(({ textContent }) => textContent);
    expect(terms).toEqual([
      "Usage", "Authority Info Access", "Basic Constraints", "CRL Distribution URI", "Extended Key Usage", "Issuer", "Key Usage", "Public Key", "Public Key Hex",
      "Serial Number Hex", "Signature Algorithm", "Subject", "Subject Alternative", "Thumbprint", "Thumbprint Algorithm", "Valid from", "Valid to", "Version",
    ]);
    expect(screen.getByRole("button", { name: "Copy Thumbprint 1" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Download: Certificate 1" })).toBeTruthy();
    expect(seen[0]?.body).toEqual({ url: "https://idp.example/metadata" });
    await expectAccessible(container);
  });

  it("puts the server's objection beside the address and keeps it", async () => {
    serve({ [`POST ${base}/tools/saml-certificates`]: { status: 400, body: { detail: "No.", errors: [{ field: "url", code: "private", detail: "This address is not public." }] } } });
    renderAs(<Extractor />);
    await press("Show certificates");
    const url = screen.getByRole<HTMLInputElement>("textbox", { name: "Metadata URL" });
    expect(url.getAttribute("aria-invalid")).toBe("true");
    await userEvent.type(url, "https://10.0.0.1/");
    await press("Show certificates");
    expect(await screen.findByText("This address is not public.")).toBeTruthy();
    expect(url.value).toBe("https://10.0.0.1/");
  });

  it("reads a file", async () => {
    const seen = serve({ [`POST ${base}/tools/saml-certificates`]: { body: { items: [], cursor: "" } } });
    renderAs(<Extractor />);
    await press("From a file");
    await userEvent.upload(document.querySelector("input[type=file]") as HTMLInputElement, new File(["<md/>"], "m.xml", { type: "text/xml" }));
    expect(await screen.findByText("There is no certificate in the metadata.")).toBeTruthy();
    expect(seen[0]?.body).toEqual({ xml: "<md/>" });
  });
});

it("turns PEM into the bytes of the certificate", () => {
  expect([...derOf("-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n")]).toEqual([1, 2, 3]);
});
