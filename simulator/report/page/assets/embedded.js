"use strict";
// Pages within the report. Each is unpacked when a reader comes near it; without this script a text stands there.
(() => {
  const unpacked = async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  };

  // Over the whole window, what lies behind can be neither reached nor heard.
  const widen = (box, whole) => {
    box.classList.toggle("whole", whole);
    for (let one = box; one !== document.body; one = one.parentElement)
      for (const other of one.parentElement.children) if (other !== one) other.inert = whole;
    const button = box.querySelector("button");
    button.setAttribute("aria-pressed", String(whole));
    const text = button.textContent;
    button.textContent = button.dataset.back;
    button.dataset.back = text;
  };

  const open = async (box) => {
    const frame = box.querySelector("iframe");
    try {
      frame.srcdoc = await unpacked(box.querySelector("script").textContent);
    } catch {
      close(box);
    }
  };

  const close = (box) => {
    box.hidden = true;
    box.parentElement.classList.remove("opened");
  };

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        open(target);
      }
    },
    { rootMargin: "300px" },
  );

  for (const box of document.querySelectorAll(".embedded")) {
    box.hidden = false;
    box.parentElement.classList.add("opened");
    box.querySelector("button").addEventListener("click", () => widen(box, !box.classList.contains("whole")));
    near.observe(box);
  }
})();
