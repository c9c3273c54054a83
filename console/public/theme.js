// Sets the colour theme before the first paint. A file of its own, because the content security policy allows no inline script.
(function () {
  var choice = "system";
  try {
    choice = localStorage.getItem("causeway.theme") || choice;
  } catch (blocked) {
    // Storage may be switched off; the system's choice is good.
  }
  var dark = choice === "dark" || (choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
})();
