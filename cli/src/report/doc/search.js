// Hides the entries that do not hold every word that is looked for, and the parts without entries.
// A word is found anywhere, so that Chinese is found by its characters.
{
  const input = document.getElementById("find");
  const found = document.getElementById("found");
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const entries = [...document.querySelectorAll(".entry")];
  const texts = entries.map((entry) => fold(entry.textContent));
  const parts = [...document.querySelectorAll("main > section, .wide")];
  const search = () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let count = 0;
    entries.forEach((entry, at) => {
      entry.hidden = !words.every((word) => texts[at].includes(word));
      count += entry.hidden ? 0 : 1;
    });
    for (const part of parts) part.hidden = !part.querySelector(".entry:not([hidden])");
    found.textContent = words.length ? String(count) : "";
  };
  input.closest("search").hidden = false;
  input.addEventListener("input", search);
  // A link from one entry to another leads to it, also where a search has hidden it.
  addEventListener("hashchange", () => {
    if (!document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("[hidden]")) return;
    input.value = "";
    search();
    document.getElementById(decodeURIComponent(location.hash.slice(1))).scrollIntoView();
  });
}
