// Lays the code of the link into its field; what stands behind the # never left this browser.
const code = document.getElementById("code");
if (location.hash.length > 1 && !code.value) {
  code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  document.getElementById("password").focus();
}
