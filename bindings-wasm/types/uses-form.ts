// The types of `guiju/form`, as a host uses them. It is compiled, not run.

import { GuijuForm, type GuijuFormDocument, type PackSource } from "guiju/form";

const form = document.querySelector("guiju-form");
const own: PackSource = new Uint8Array();
if (form) {
  form.pack = own;
  form.locale = "en";
  await form.ready;
  form.open({ alliances: [{ id: "A1" }] });
  form.goTo("/member/0/name");
  form.addEventListener("guiju-hand-in", ({ detail }) => {
    const document: GuijuFormDocument = detail.document;
    const errors: number = detail.issues.filter(({ severity }) => severity === "error").length;
    const value: string | null | undefined = detail.progress?.kpis["company_members"]?.value;
    console.log(document, errors, value);
  });
  form.addEventListener("guiju-kept", ({ detail }) => detail.kept satisfies boolean);
  // @ts-expect-error there is nothing of that name in it
  form.addEventListener("guiju-kept", ({ detail }) => detail.saved);
  // @ts-expect-error there is no such language
  form.locale = "fr";
  form satisfies GuijuForm;
}
