// Shows an accent colour at once, in every element marked data-accent-preview, through the CSSOM.
const shade = document.querySelector("input[data-accent]");
const channel = (part) => {
  const value = parseInt(part, 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const luminance = (hex) =>
  0.2126 * channel(hex.slice(1, 3)) + 0.7152 * channel(hex.slice(3, 5)) + 0.0722 * channel(hex.slice(5, 7));
const contrast = (first, second) => {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const mixed = (hex, towards, share) => "#" + [1, 3, 5].map((at) => {
  const [from, to] = [hex, towards].map((colour) => parseInt(colour.slice(at, at + 2), 16));
  return Math.round(from + (to - from) * share).toString(16).padStart(2, "0");
}).join("");
const readable = (hex, towards, paper, enough) => {
  let share = 0;
  while (share < 1 && contrast(mixed(hex, towards, share), paper) < enough) share += 0.05;
  return mixed(hex, towards, Math.min(share, 1));
};
const show = () => {
  if (!/^#[0-9a-f]{6}$/i.test(shade.value)) return;
  const onAccent = 1.05 / (luminance(shade.value) + 0.05) >= 4.5 ? "#ffffff" : "#000000";
  const links = [readable(shade.value, "#000000", "#f0f2f5", 4.5), readable(shade.value, "#ffffff", "#20252e", 6.5)];
  for (const part of document.querySelectorAll("[data-accent-preview]")) {
    part.style.setProperty("--accent", shade.value);
    part.style.setProperty("--accent-deep", shade.value);
    part.style.setProperty("--on-accent", onAccent);
    part.style.setProperty("--link", `light-dark(${links})`);
  }
};
if (shade) shade.addEventListener("input", show);
