/* The theme's arrows that open a part of the contents have a picture and no name. */
document.addEventListener("DOMContentLoaded", () => {
  for (const arrow of document.querySelectorAll("details > summary")) {
    const link = arrow.closest("li")?.querySelector(":scope > a");
    if (!arrow.textContent.trim() && link) {
      arrow.setAttribute("aria-label", `Pages below ${link.textContent.trim()}`);
    }
  }
});
