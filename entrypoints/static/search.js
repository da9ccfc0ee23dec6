// Shows what a search form finds while one types, in the part of the page that the form names.
for (const form of document.querySelectorAll("form[data-search]")) {
  let timer, asked;
  const look = async () => {
    const url = `${form.action}?${new URLSearchParams(new FormData(form))}`;
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(url, { signal: asked.signal });
      if (!answer.ok || answer.redirected) return form.requestSubmit();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.getElementById(form.dataset.search);
      document.getElementById(form.dataset.search).replaceWith(found);
      history.replaceState(null, "", url);
    } catch (stopped) {
      if (stopped.name !== "AbortError") form.requestSubmit();
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, 180);
  });
}
