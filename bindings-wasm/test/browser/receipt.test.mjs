// The page that checks receipts: files are chosen, every check is shown, and nothing is sent.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DATA, PEM, RULES, sealed } from "../sealed.mjs";
import { site } from "./page.mjs";

const here = site();
const file = (name, text) => ({ name, mimeType: "", buffer: Buffer.from(text) });

async function opened() {
  const page = await here.browser.newPage({ viewport: { width: 375, height: 800 } });
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  page.on("request", (request) => {
    if (request.method() !== "GET" || !request.url().startsWith(here.server.address)) trouble.push(request.url());
  });
  await page.goto(`${here.server.address}receipt/`);
  await page.selectOption("select", "");
  return { page, trouble };
}

test("a receipt is checked in the page", async () => {
  const { page, trouble } = await opened();
  const { receipt, result } = sealed();
  await page.setInputFiles("[name=receipt]", file("receipt.json", receipt));
  await page.setInputFiles("[name=rules]", file("shops.guiju", RULES));
  await page.setInputFiles("[name=data]", file("data.json", DATA));
  await page.setInputFiles("[name=key]", file("public.pem", PEM));
  await page.setInputFiles("[name=result]", file("result.json", result));
  await page.click("button");
  await page.getByText("All is as the receipt says.").waitFor();
  assert.equal(await page.locator(".holds").count(), 8);
  await page.setInputFiles("[name=data]", file("data.json", DATA.replace("5", "6")));
  await page.click("button");
  await page.getByText("This is not what the receipt says.").waitFor();
  assert.deepEqual(await page.locator("tr:has(.differs) td:first-child").allInnerTexts(), ["資料 data", "結果 result"]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(wide, 0);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/receipt.png`, fullPage: true });
  assert.deepEqual(trouble, []);
  await page.close();
});

test("a file that is no receipt is told", async () => {
  const { page, trouble } = await opened();
  await page.setInputFiles("[name=receipt]", file("receipt.json", "{}"));
  await page.setInputFiles("[name=rules]", file("shops.guiju", RULES));
  await page.setInputFiles("[name=data]", file("data.json", DATA));
  await page.click("button");
  await page.getByText("這不是收據").waitFor();
  assert.deepEqual(trouble, []);
  await page.close();
});
