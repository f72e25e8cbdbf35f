// Completes what is typed into the search box. Without it, everything still works.
"use strict";

for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let asked = "";
  let waiting = 0;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = input.value.trim();
    if (!text || text === asked) return;
    waiting = setTimeout(async () => {
      asked = text;
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`);
      if (!answer.ok || input.value.trim() !== text) return;
      list.replaceChildren(...(await answer.json()).map((one) => new Option(one.text, one.text)));
    }, 150);
  });
}
