for (const button of document.querySelectorAll("button[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const answer = button.nextElementSibling;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      return true;
    } catch {
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      return document.execCommand("copy");
    }
  };
  let forgetting;
  button.addEventListener("click", async () => {
    answer.textContent = (await copy()) ? button.dataset.done : button.dataset.failed;
    clearTimeout(forgetting);
    forgetting = setTimeout(() => { answer.textContent = ""; }, 5000);
  });
  button.hidden = false;
}
const wide = new ResizeObserver((changes) => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  }
});
for (const one of document.querySelectorAll(".text table, .text pre")) wide.observe(one);
