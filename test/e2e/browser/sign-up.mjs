// A company signs up on the onboarding site and proves its address. Reading the page of the mail's link changes nothing.
import { accessible, check, main, open, settings, shot } from "./browser.mjs";
import { mailedLink } from "./signin.mjs";

const { onboarding, company, siteAddress, person, email } = settings;

await main(async (browser) => {
  const page = await open(browser);
  await page.goto(onboarding);
  await accessible(page, "onboarding");
  await shot(page, "1-onboarding");
  await page.getByRole("link", { name: "Sign up your company" }).click();
  for (const [label, value] of [["Company name", company], ["Site address", siteAddress], ["Your name", person], ["Business e-mail address", email]]) {
    await page.getByLabel(label).fill(value);
  }
  await accessible(page, "sign-up");
  await shot(page, "2-sign-up");
  await page.getByRole("button", { name: "Send verification email" }).click();
  await page.getByRole("heading", { name: "Check your mail" }).waitFor();
  await shot(page, "3-sent");
  const link = await mailedLink(email, "/signup/verify");
  await page.goto(link);
  await page.goto(link);
  await accessible(page, "verification");
  await page.getByRole("button", { name: "Verify e-mail address" }).click();
  await page.getByRole("heading", { name: "Your address is verified" }).waitFor();
  await accessible(page, "waiting");
  await shot(page, "4-waiting");
  const again = await page.goto(link);
  check(again.status() === 404, `a used link answered ${again.status()}`);
  check(page.violations.length === 0, page.violations.join("\n"));
});
