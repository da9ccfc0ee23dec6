// Copies the field that a button names and says so. Without this script the button stays hidden.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const words = button.querySelector("span");
  const before = words.textContent;
  const field = document.getElementById(button.dataset.copy);
  button.hidden = !field;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    words.textContent = button.dataset.said;
    setTimeout(() => { words.textContent = before; }, 2500);
  });
}
