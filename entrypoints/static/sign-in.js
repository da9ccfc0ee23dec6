// Moves the token of a sign-in link from the address into the form, and shows the button. Nothing
// is sent until a person presses it.
const token = location.hash.slice(1);
if (token) {
  history.replaceState(null, "", location.pathname);
  document.getElementById("secret").value = token;
  document.getElementById("by-link").hidden = false;
  document.getElementById("by-code").hidden = true;
}
