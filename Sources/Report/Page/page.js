(() => {
  "use strict";
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text, terms) => terms.every((term) => text.includes(term));
  for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;

  for (const browser of document.querySelectorAll("[data-browser]")) {
    const list = browser.querySelector("[data-list]");
    const items = [...list.children].map((element, place) => ({
      element,
      place,
      text: element.textContent.toLowerCase(),
      differences: element.dataset.d.split(",").map((d) => (d === "" ? NaN : Number(d))),
    }));
    const find = (name) => browser.querySelector("[data-" + name + "]");
    const search = find("search");
    const order = find("order");
    const by = find("by");
    const worse = find("worse");
    const count = find("count");
    const open = find("open");
    const kinds = [...browser.querySelectorAll("input[type=radio]")];
    const difference = (item) => item.differences[Number(by.value)];
    const update = () => {
      const terms = words(search.value);
      const kind = kinds.find((choice) => choice.checked)?.value || "";
      const sign = !order || order.value === "" ? 0 : order.value === "up" ? 1 : -1;
      const sorted = [...items].sort((a, b) => {
        if (sign === 0) return a.place - b.place;
        const [x, y] = [difference(a), difference(b)];
        if (Number.isNaN(x) || Number.isNaN(y)) {
          return Number.isNaN(x) - Number.isNaN(y) || a.place - b.place;
        }
        return sign * (x - y) || a.place - b.place;
      });
      let shown = 0;
      for (const item of sorted) {
        const kept = holds(item.text, terms) && !(worse && worse.checked && !(difference(item) < 0))
          && (kind === "" || item.element.dataset.k.split(" ").includes(kind));
        item.element.hidden = !kept;
        if (kept) shown += 1;
        list.append(item.element);
      }
      count.textContent = shown + " of " + items.length + " shown";
    };
    for (const control of [search, order, by, worse, ...kinds]) {
      if (control) control.addEventListener("input", update);
    }
    open.addEventListener("click", () => {
      const opens = items.some((item) => !item.element.hidden && !item.element.open);
      for (const item of items) if (!item.element.hidden) item.element.open = opens;
      open.textContent = opens ? "Close all" : "Open all";
    });
    update();
  }

  for (const figure of document.querySelectorAll("figure")) {
    const drawn = [...figure.querySelectorAll("g[data-s]")];
    for (const entry of figure.querySelectorAll(".legend li[data-s]")) {
      const own = drawn.filter((part) => part.dataset.s === entry.dataset.s);
      if (own.length === 0) continue;
      entry.tabIndex = 0;
      entry.setAttribute("role", "switch");
      entry.setAttribute("aria-checked", "true");
      const toggle = () => {
        const isShown = entry.getAttribute("aria-checked") !== "true";
        entry.setAttribute("aria-checked", String(isShown));
        for (const part of own) part.toggleAttribute("data-off", !isShown);
      };
      entry.addEventListener("click", toggle);
      entry.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        toggle();
      });
    }
  }

  const field = (value) => {
    let text = value === null ? "" : String(value);
    if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  for (const frame of document.querySelectorAll("[data-table]")) {
    const rows = [...frame.querySelectorAll("tbody tr")];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const filter = frame.querySelector("[data-filter]");
    const count = frame.querySelector("[data-count]");
    filter.addEventListener("input", () => {
      const terms = words(filter.value);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !holds(texts[index], terms);
        if (!row.hidden) shown += 1;
      });
      count.textContent = shown + " of " + rows.length + " shown";
    });
    const save = frame.querySelector("[data-save]");
    save.addEventListener("click", () => {
      const data = JSON.parse(document.getElementById(save.dataset.save).textContent);
      const last = data.columns.length - 1;
      const lines = data.rows.map((row) =>
        row.map((value, index) => field(index === last ? data.methods[value] : value)).join(","));
      const file = new Blob([data.columns.join(",") + "\n" + lines.join("\n") + "\n"],
        { type: "text/csv" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = save.dataset.save + ".csv";
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }

  const number = (cell) => {
    const text = (cell.querySelector("b") || cell).textContent.replace("−", "-").replaceAll(",", "");
    return Number.parseFloat(text);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const rows = [...body.rows];
    heads.forEach((head, column) => {
      head.tabIndex = 0;
      const sort = () => {
        const before = head.getAttribute("aria-sort");
        const way = before === "descending" ? "ascending" : before ? null : "descending";
        for (const other of heads) other.removeAttribute("aria-sort");
        if (way) head.setAttribute("aria-sort", way);
        const sign = way === "ascending" ? 1 : -1;
        const sorted = way === null ? rows : [...rows].sort((a, b) => {
          const [first, second] = [a.cells[column], b.cells[column]];
          if (column === 0) return sign * first.textContent.localeCompare(second.textContent);
          const [x, y] = [number(first), number(second)];
          if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y);
          return sign * (x - y);
        });
        for (const row of sorted) body.append(row);
      };
      head.addEventListener("click", sort);
      head.addEventListener("keydown", (event) => { if (event.key === "Enter") sort(); });
    });
  }
})();