{
  const options = document.getElementById("use-options");
  const preview = document.getElementById("use-preview");
  const status = document.getElementById("use-status");
  let asked;
  const show = async () => {
    const query = "?" + new URLSearchParams(new FormData(options));
    if (query === asked) return;
    asked = query;
    const answer = await fetch(query);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const chosen = page.getElementById("use-preview");
    if (query !== asked || !chosen) return;
    for (const snippet of document.querySelectorAll(".snippet")) {
      snippet.textContent = page.getElementById(snippet.id)?.textContent ?? "";
    }
    preview.src = chosen.src;
    status.textContent = status.dataset.shown;
    history.replaceState(null, "", query + "#use");
  };
  if (options) {
    let waiting;
    options.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => show().catch(() => { asked = null; }), 300);
    });
    addEventListener("message", (event) => {
      const height = event.data?.bantin?.height;
      if (event.source === preview.contentWindow && height > 0) preview.height = Math.min(height, 5000);
    });
  }
}
