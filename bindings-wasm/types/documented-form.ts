// The example of docs/form.md. It is compiled, not run.

const form = document.querySelector("guiju-form");
form?.addEventListener("guiju-hand-in", ({ detail }) => {
  if (detail.issues.every(({ severity }) => severity !== "error")) console.log(detail.document);
});
