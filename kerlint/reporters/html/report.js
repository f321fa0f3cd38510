"use strict";
(function () {
  const form = document.getElementById("filters");
  const open = () => {
    const named = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (named && named.tagName === "DETAILS") named.open = true;
  };
  addEventListener("hashchange", open);
  open();
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((one) => (one.open = false)));
  if (!form) return;
  const articles = [...document.querySelectorAll("article")];
  const files = [...document.querySelectorAll("section.file")];
  const told = form.querySelector("output");
  const words = new Map();
  const wordsOf = (article) => {
    if (!words.has(article)) words.set(article, (article.parentNode.firstChild.textContent + " " + article.textContent).toLowerCase());
    return words.get(article);
  };
  const apply = () => {
    const asked = ["rule", "severity", "folder", "verdict"]
      .map((name) => [name, form.elements[name] ? form.elements[name].value : ""])
      .filter(([, value]) => value !== "");
    const text = form.elements.text.value.trim().toLowerCase();
    let shown = 0;
    for (const article of articles) {
      const fits = asked.every(([name, value]) => article.dataset[name] === value) && (!text || wordsOf(article).includes(text));
      article.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const file of files) file.hidden = !file.querySelector("article:not([hidden])");
    told.textContent = shown === articles.length ? `${shown} findings` : `${shown} of ${articles.length} findings`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
