// What the workspace page can do beyond what it does without scripts: search while typing, and leave when the time is up.
"use strict";

(function search() {
  const box = document.getElementById("q");
  const nothing = document.getElementById("nothing");
  if (!box || box.value !== "") return; // a page that the server has searched already does not hold everything
  const fold = (text) => text.toLowerCase();
  const cards = [...document.querySelectorAll(".offering")].map((card) => ({
    card,
    text: fold(card.querySelector(".text").textContent + "\n" + card.closest(".offerings").querySelector("h2").textContent),
  }));
  box.addEventListener("input", () => {
    const words = fold(box.value).split(/\s+/).filter(Boolean);
    for (const { card, text } of cards) card.hidden = !words.every((word) => text.includes(word));
    for (const section of document.querySelectorAll(".offerings")) {
      section.hidden = !section.querySelector(".offering:not([hidden])");
    }
    nothing.hidden = cards.some(({ card }) => !card.hidden);
  });
})();

(function idle() {
  const seconds = Number(document.body.dataset.idle);
  if (!seconds) return;
  const warning = document.getElementById("idle");
  setTimeout(() => { warning.hidden = false; }, Math.max(0, seconds - 60) * 1000);
  // The server decides whether the time is up: the person may have been active in another window.
  setTimeout(() => location.replace("/idle"), (seconds + 1) * 1000);
})();

(function account() {
  const menu = document.querySelector("details.account");
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
