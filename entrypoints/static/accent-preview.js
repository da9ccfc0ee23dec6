// Shows an accent colour at once, in every element marked data-accent-preview, through the CSSOM.
const shade = document.querySelector("input[data-accent]");
const channel = (part) => {
  const value = parseInt(part, 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const luminance = (hex) =>
  0.2126 * channel(hex.slice(1, 3)) + 0.7152 * channel(hex.slice(3, 5)) + 0.0722 * channel(hex.slice(5, 7));
const show = () => {
  if (!/^#[0-9a-f]{6}$/i.test(shade.value)) return;
  const onAccent = 1.05 / (luminance(shade.value) + 0.05) >= 4.5 ? "#ffffff" : "#000000";
  for (const part of document.querySelectorAll("[data-accent-preview]")) {
    part.style.setProperty("--accent", shade.value);
    part.style.setProperty("--accent-deep", shade.value);
    part.style.setProperty("--on-accent", onAccent);
  }
};
if (shade) shade.addEventListener("input", show);
