import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { me, renderAs } from "../../test/render";
import NextStepsPage from "./pages/NextStepsPage";

// Spec: PLT-417
it("names what comes after onboarding: identity provider, administrators, trials, licences", () => {
  renderAs(<NextStepsPage />, { ...me, supportUrl: "https://support.example" }, "/next-steps");
  for (const name of ["Add an identity provider", "Add administrators", "Request trials", "Allocate licences"]) {
    expect(screen.getByRole("heading", { name }), name).toBeTruthy();
  }
  expect(screen.getByRole("link", { name: "Connect an identity provider" }).getAttribute("href")).toBe("/identity/authentication");
  expect(screen.getByRole("link", { name: "Add administrator/group" }).getAttribute("href")).toBe("/identity/administrators/add");
  expect(screen.getAllByRole("link", { name: "Contact support" }).map((link) => link.getAttribute("href"))).toEqual(["https://support.example", "https://support.example"]);
});

it("leads nowhere where the operator has named no support", () => {
  renderAs(<NextStepsPage />, me, "/next-steps");
  expect(screen.queryByRole("link", { name: "Contact support" })).toBeNull();
  expect(screen.getAllByText("Ask the operator of this installation.").length).toBe(2);
});
