// The page: choices, what they show, and what is said when they change.

const page = JSON.parse(document.getElementById("page-data").textContent);
const words = page.words;
const byId = (id) => document.getElementById(id);
const MOST_COLUMNS = 12;
const MOST_CHIPS = 24;
let head;
let choice;
let shown;

// Texts, numbers and months ------------------------------------------------------------------------

function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Half away from zero, as in the reports; what floats lose is mended.
function formatNumber(value, unit, least) {
  const decimals = page.decimals[unit] ?? (Number.isInteger(value) ? 0 : 1);
  const scale = 10 ** decimals;
  const size = Math.abs(value) * scale;
  const rounded = Math.floor(size + 0.5 + 1e-9 + size * 1e-15) / scale;
  const digits = { minimumFractionDigits: least ?? (unit in page.decimals ? decimals : 0), maximumFractionDigits: decimals };
  const text = new Intl.NumberFormat(page.locale, digits).format(rounded);
  return (value < 0 && rounded ? "\u2212" : "") + text.replaceAll("\u202f", "\u00a0");
}

function withUnit(text, unit) {
  if (unit === "percent") return page.language === "en" ? `${text}%` : `${text}\u00a0%`;
  return text;
}

function monthName(month) {
  return `${page.months[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
}

function monthsText(months) {
  const [first, last] = [months[0], months[months.length - 1]];
  return first === last ? monthName(first) : `${monthName(first)}–${monthName(last)}`;
}

function areaName(code) {
  return page.areas[code]?.[0] ?? code;
}

function label(kind, code) {
  return page.labels[kind]?.[code] ?? code;
}

function statisticName(indicator, statistic) {
  return page.indicators[indicator]?.statistics[statistic] ?? statistic;
}

function indicatorName(indicator) {
  return page.indicators[indicator]?.short ?? indicator;
}

function categoryName(dimension, category) {
  return page.labels.category[`${dimension}.${category}`] ?? category;
}

function titleOf(cube) {
  const statistic = statisticName(cube.indicator, cube.statistic);
  const indicator = indicatorName(cube.indicator);
  const several = Object.keys(page.indicators[cube.indicator]?.statistics ?? {}).length > 1;
  return several ? say("title_of", { indicator, statistic }) : indicator;
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// Choices ------------------------------------------------------------------------------------------

function optionsOf(name, cubes) {
  return [...new Set(cubes.map((cube) => cube[name]))];
}

function cubesOf(wanted) {
  return head.cubes.filter((cube) => Object.entries(wanted).every(([key, value]) => cube[key] === value));
}

function ordered(indicators) {
  const order = Object.keys(page.indicators);
  const place = (id) => (order.includes(id) ? order.indexOf(id) : order.length);
  return indicators.sort((a, b) => place(a) - place(b));
}

// A choice in which everything exists: what is unknown or missing is replaced by the first there is.
function completed(wanted) {
  const of = (options, value, fallback) => (options.includes(value) ? value : (fallback ?? options[0]));
  const dataset = of(optionsOf("dataset", head.cubes), wanted.dataset);
  const indicators = ordered(optionsOf("indicator", cubesOf({ dataset })));
  const indicator = of(indicators, wanted.indicator);
  const known = Object.keys(page.indicators[indicator]?.statistics ?? {});
  const statistics = optionsOf("statistic", cubesOf({ dataset, indicator })).sort(
    (a, b) => known.indexOf(a) - known.indexOf(b),
  );
  const statistic = of(statistics, wanted.statistic);
  const populations = optionsOf("population", cubesOf({ dataset, indicator, statistic }));
  const population = of(populations, wanted.population, populations.includes("residents") ? "residents" : null);
  const cube = chosenCube(head, { dataset, indicator, statistic, population });
  const pairs = [...new Set(cube.lines.map(([category]) => category))].sort((a, b) => a - b).map((at) => head.categories[at]);
  const dimensions = [...new Set(pairs.map(([dimension]) => dimension))];
  const dimension = of(dimensions, wanted.dimension, dimensions.includes("total") ? "total" : null);
  const categories = pairs.filter(([name]) => name === dimension).map(([, category]) => category);
  const kept = (wanted.categories ?? []).filter((category) => categories.includes(category));
  const areas = new Set(cube.lines.map(([, area]) => head.areas[area]));
  const months = cube.monthNames;
  const inside = (month) => (months.includes(month) ? month : null);
  const bounds = [wanted.from, wanted.to].map((month, i) => {
    if (!month) return i ? months[months.length - 1] : months[0];
    return inside(month) ?? (month < months[0] ? months[0] : months[months.length - 1]);
  });
  return {
    dataset,
    indicator,
    statistic,
    population,
    dimension,
    categories: kept.length && wanted.dimension === dimension ? kept : categories,
    areas: [...new Set(wanted.areas ?? [])],
    from: bounds[0] <= bounds[1] ? bounds[0] : bounds[1],
    to: bounds[0] <= bounds[1] ? bounds[1] : bounds[0],
    options: { indicators, statistics, populations, dimensions, categories, areas, months },
    wanted: { from: wanted.from, to: wanted.to },
  };
}

function readHash() {
  const given = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (given.has(name) ? given.get(name).split(",").filter(Boolean) : undefined);
  const months = (given.get("months") ?? "").split("..");
  return {
    dataset: given.get("data") ?? page.defaults.dataset,
    indicator: given.get("indicator") ?? page.defaults.indicator,
    statistic: given.get("statistic"),
    population: given.get("population"),
    dimension: given.get("by"),
    categories: list("groups"),
    areas: list("areas") ?? page.defaults.areas,
    from: months[0],
    to: months[1] ?? months[0],
  };
}

function writeHash() {
  const all = choice.options.categories.length === choice.categories.length;
  const parts = {
    data: choice.dataset,
    indicator: choice.indicator,
    statistic: choice.statistic,
    population: choice.population,
    by: choice.dimension,
    groups: all ? "" : choice.categories.join(","),
    areas: choice.areas.join(","),
    months: choice.wanted.from || choice.wanted.to ? `${choice.from}..${choice.to}` : "",
  };
  const kept = Object.entries(parts).filter(([name, text]) => text || name === "areas");
  const hash = kept.map(([name, text]) => `${name}=${encodeURIComponent(text).replaceAll("%2C", ",")}`);
  history.replaceState(null, "", `#${hash.join("&")}`);
  for (const link of document.querySelectorAll("a[data-keep]")) link.hash = location.hash;
}

function fill(id, options, value, name, always) {
  const select = byId(id);
  select.replaceChildren(...options.map((each) => element("option", { value: each, selected: each === value }, name(each))));
  select.value = value;
  select.closest(".field").hidden = !always && options.length < 2;
}

function showChoices() {
  const { options } = choice;
  fill("dataset", optionsOf("dataset", head.cubes), choice.dataset, (id) =>
    id === "register" && page.madeUp ? words.dataset_made_up : words[`dataset_${id}`],
  );
  fill("indicator", options.indicators, choice.indicator, indicatorName, true);
  fill("statistic", options.statistics, choice.statistic, (id) => statisticName(choice.indicator, id));
  fill("population", options.populations, choice.population, (id) => label("population", id));
  fill("dimension", options.dimensions, choice.dimension, (id) => label("dimension", id), true);
  fill("from", options.months, choice.from, monthName, true);
  fill("to", options.months, choice.to, monthName, true);
  const groups = byId("categories");
  groups.hidden = options.categories.length < 2;
  groups.querySelector(".list").replaceChildren(
    ...options.categories.map((category) =>
      checkbox("category", category, categoryName(choice.dimension, category), choice.categories.includes(category)),
    ),
  );
  showChosenAreas();
}

function checkbox(name, value, text, checked) {
  const box = element("input", { type: "checkbox", name, value });
  box.checked = checked;
  return element("label", { class: "check" }, box, ` ${text}`);
}

function showChosenAreas() {
  const list = byId("chosen");
  const chips = choice.areas.slice(0, MOST_CHIPS).map((code) => {
    const name = areaName(code);
    const button = element("button", { type: "button", "data-remove": code }, name, " ");
    button.append(element("span", { "aria-hidden": "true" }, "×"));
    button.setAttribute("aria-label", say("remove", { area: name }));
    return element("li", {}, button);
  });
  const rest = choice.areas.length - chips.length;
  if (rest > 0) chips.push(element("li", { class: "rest" }, say("more_chosen", { count: rest })));
  list.replaceChildren(...chips);
  list.hidden = chips.length === 0;
  for (const box of byId("areas").querySelectorAll("input")) box.checked = choice.areas.includes(box.value);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase(page.locale);
}

function foundAreas() {
  const text = plain(byId("search").value.trim());
  const kind = byId("kind").value;
  return page.areaOrder.filter((code) => {
    const [, areaKind, further] = page.areas[code];
    if (!choice.options.areas.has(code) || (kind && kind !== areaKind)) return false;
    return !text || plain(`${areaName(code)} ${further} ${code}`).includes(text);
  });
}

function areaAndKind(code) {
  const kind = page.areas[code][1];
  if (kind === "country") return areaName(code);
  return `${areaName(code)} (${words[`kind_${kind}`].replace(/^[A-ZÅÄÖ](?=[a-zåäö])/, (letter) => letter.toLocaleLowerCase(page.locale))})`;
}

function showAreas() {
  const found = foundAreas();
  const boxes = found.map((code) =>
    checkbox("area", code, areaAndKind(code), choice.areas.includes(code)),
  );
  byId("areas").replaceChildren(...boxes);
  byId("matches").textContent = say("matches", { count: found.length });
}

// What is shown ------------------------------------------------------------------------------------

function seriesName(series) {
  const area = areaName(series.area);
  if (choice.categories.length < 2 && choice.dimension === "total") return area;
  const category = categoryName(series.dimension, series.category);
  return choice.areas.length > 1 ? `${area}, ${category}` : category;
}

function cellText(cell, unit) {
  if (!cell) return words.absent;
  if (cell.value === null) return label("status", cell.status);
  const value = withUnit(formatNumber(cell.value, unit), unit);
  if (cell.status === "bounded" && cell.low !== null) {
    const [low, high] = [cell.low, cell.high].map((number) => formatNumber(number, unit));
    return say("bounds", { value: `≈\u00a0${value}`, low, high });
  }
  return cell.status === "normal" ? value : `${value} (${label("status", cell.status)})`;
}

function gather() {
  const cube = chosenCube(head, choice);
  const series = chosenSeries(head, cube, choice);
  const months = cube.monthNames.filter((month) => month >= choice.from && month <= choice.to);
  return { cube, series, months };
}

function show(announce) {
  shown = gather();
  const { cube, series, months } = shown;
  const title = titleOf(cube);
  byId("title").textContent = title;
  const madeUp = page.madeUp && cube.dataset === "register";
  byId("made-up").hidden = !madeUp;
  document.title = `${madeUp ? `${words.made_up_mark}: ` : ""}${title} – ${words.title}`;
  byId("empty").hidden = series.length > 0;
  byId("results").hidden = series.length === 0;
  const lacking = choice.areas.filter((code) => !series.some((line) => line.area === code));
  byId("lacking").hidden = lacking.length === 0;
  byId("lacking").textContent = say("lacking", { areas: lacking.map(areaName).join(", ") });
  const text = say("changed", {
    title,
    areas: choice.areas.length,
    count: series.length,
    months: monthsText(months),
  });
  if (announce) byId("status").textContent = series.length ? text : words.none;
  writeHash();
  showDefinition(cube);
  for (const button of document.querySelectorAll("[data-format]")) button.disabled = series.length === 0;
  if (series.length === 0) {
    byId("citation-text").textContent = citation();
    return;
  }
  showChart();
  showTable(title);
  showNotes();
  byId("citation-text").textContent = citation();
}

function chartLines() {
  const { cube, series, months } = shown;
  return series.slice(0, MOST_LINES).map((line, at) => ({
    name: seriesName(line),
    short: seriesName(line).length > 28 ? `${seriesName(line).slice(0, 27)}…` : seriesName(line),
    letter: "ABCDEFGH"[at],
    points: months.map(
      (month) => cellOf(head, cube, line, month) ?? { month, value: null, low: null, high: null, status: "absent" },
    ),
  }));
}

function chosenBreaks() {
  const { cube, series, months } = shown;
  const found = new Map();
  for (const line of series.slice(0, MOST_COLUMNS)) {
    for (const month of months) {
      const id = cellOf(head, cube, line, month)?.series_break;
      if (id && !found.has(id)) found.set(id, month);
    }
  }
  return [...found].map(([id, month]) => ({ id, month })).sort((a, b) => a.month.localeCompare(b.month));
}

function showChart() {
  const { cube, series, months } = shown;
  const lines = chartLines();
  const breaks = chosenBreaks().map((each, i) => ({ ...each, marks: String(i + 1) }));
  const box = byId("chart");
  const width = Math.max(260, Math.floor(box.clientWidth || 260));
  const svg = drawChart(
    {
      lines,
      months,
      breaks,
      unitName: label("unit", cube.unit),
      formatNumber: (value) => formatNumber(value, "", 0),
      shortMonth: (date) => `${date.getUTCMonth() + 1}/${date.getUTCFullYear()}`,
    },
    width,
  );
  const allMissing = lines.every((line) => line.points.every((point) => point.value === null));
  byId("no-value").hidden = !(allMissing && lines.some((line) => line.points.some((p) => p.numerator !== null && p.numerator !== undefined)));
  byId("reading").hidden = !svg;
  byId("more-lines").hidden = series.length <= MOST_LINES;
  byId("more-lines").textContent = say("too_many_lines", { shown: MOST_LINES, count: series.length });
  if (!svg) {
    box.replaceChildren();
  } else {
    // A picture with one text: its parts have none of their own.
    for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", chartAlt(lines));
    svg.classList.add("chart");
    box.replaceChildren(svg);
    prepareReading(svg, lines, months);
  }
  const legend = byId("legend");
  legend.replaceChildren(...lines.map(legendItem));
  const caption = say("caption", { title: `${titleOf(cube)} (${label("unit", cube.unit)})`, months: monthsText(months) });
  byId("chart-caption").textContent = `${madeUpPrefix()}${caption}${breaks.length ? ` ${words.numbered_breaks}` : ""}`;
}

function legendItem(line, at) {
  const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ width: 34, height: 10, "aria-hidden": "true" })) sample.setAttribute(name, value);
  const stroke = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const attributes = { x1: 0, x2: 34, y1: 5, y2: 5, stroke: `var(--series-${at + 1})`, "stroke-width": 2.5 };
  if (DASHES[at]) attributes["stroke-dasharray"] = DASHES[at];
  for (const [name, value] of Object.entries(attributes)) stroke.setAttribute(name, value);
  sample.append(stroke);
  return element("li", {}, sample, element("b", {}, line.letter), ` ${line.name}`);
}

function chartAlt(lines) {
  const { cube, months } = shown;
  const texts = lines.map((line) => {
    const known = line.points.filter((point) => point.value !== null);
    if (known.length === 0) return say("alt_none", { name: line.name });
    const [first, last] = [known[0], known[known.length - 1]];
    const text = (point) => withUnit(formatNumber(point.value, cube.unit), cube.unit);
    return say("alt_series", {
      name: line.name,
      first: text(first),
      first_month: monthName(first.month),
      last: text(last),
      last_month: monthName(last.month),
    });
  });
  return `${madeUpPrefix()}${say("alt", { title: titleOf(cube), months: monthsText(months), count: lines.length, series: texts.join(" ") })}`;
}

function madeUpPrefix() {
  return page.madeUp && shown.cube.dataset === "register" ? `${words.made_up_mark}. ` : "";
}

// Figures of a month: with the slider, or where the pointer is.
function prepareReading(svg, lines, months) {
  const slider = byId("reading-month");
  slider.max = String(months.length - 1);
  if (Number(slider.value) > months.length - 1 || !slider.dataset.touched) slider.value = slider.max;
  const rule = document.createElementNS("http://www.w3.org/2000/svg", "line");
  rule.setAttribute("class", "cursor");
  svg.append(rule);
  const scale = svg.scale ? svg.scale("x") : null;
  const [y1, y2] = svg.scale("y").range;
  const day = (month) => Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1);
  const read = () => {
    const month = months[Number(slider.value)];
    const place = scale.apply(new Date(day(month)));
    for (const [name, value] of Object.entries({ x1: place, x2: place, y1, y2 })) rule.setAttribute(name, value);
    const cells = lines.map((line) => `${line.name}: ${cellText(line.points[Number(slider.value)].status === "absent" ? null : line.points[Number(slider.value)], shown.cube.unit)}`);
    byId("reading-name").textContent = monthName(month);
    byId("reading-values").replaceChildren(...cells.map((text) => element("li", {}, text)));
    slider.setAttribute("aria-valuetext", `${monthName(month)}. ${cells.join("; ")}`);
  };
  slider.oninput = () => {
    slider.dataset.touched = "1";
    read();
  };
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
    const wanted = scale.invert(x).getTime();
    let best = 0;
    months.forEach((month, i) => {
      if (Math.abs(day(month) - wanted) < Math.abs(day(months[best]) - wanted)) best = i;
    });
    slider.value = String(best);
    slider.oninput();
  });
  read();
}

function showTable(title) {
  const { cube, series, months } = shown;
  const columns = series.slice(0, MOST_COLUMNS);
  byId("more-columns").hidden = series.length <= MOST_COLUMNS;
  byId("more-columns").textContent = say("too_many_columns", { shown: MOST_COLUMNS, count: series.length });
  const caption = element(
    "caption",
    {},
    `${madeUpPrefix()}${say("caption", { title: `${title} (${label("unit", cube.unit)})`, months: monthsText(months) })} ${words.newest_first}`,
  );
  const heads = [words.month, ...columns.map(seriesName)].map((text) => element("th", { scope: "col" }, text));
  const body = months.toReversed().map((month) => {
    const cells = columns.map((line) => {
      const cell = cellOf(head, cube, line, month);
      return element("td", { class: cell && cell.value !== null ? null : "word" }, cellText(cell, cube.unit));
    });
    return element("tr", {}, element("th", { scope: "row" }, monthName(month)), ...cells);
  });
  byId("figures-table").replaceChildren(
    caption,
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...body),
  );
}

function showNotes() {
  const breaks = chosenBreaks();
  byId("breaks").hidden = breaks.length === 0;
  byId("breaks-list").replaceChildren(
    ...breaks.map(({ id, month }) =>
      element("li", {}, element("b", {}, `${page.labels.break[id]?.[0] ?? id}, ${monthName(month)}. `), page.labels.break[id]?.[1] ?? ""),
    ),
  );
  const statuses = new Set();
  for (const line of shown.series.slice(0, MOST_COLUMNS)) {
    for (const month of shown.months) statuses.add(cellOf(head, shown.cube, line, month)?.status ?? "absent");
  }
  statuses.delete("normal");
  const marks = { bounded: "mark_bounded", provisional: "mark_provisional", suppressed: "mark_suppressed" };
  byId("statuses").hidden = statuses.size === 0;
  byId("statuses-list").replaceChildren(
    ...[...head.statuses, "absent"]
      .filter((status) => statuses.has(status))
      .flatMap((status) => [
        element("dt", {}, status === "absent" ? words.absent : label("status", status)),
        element("dd", {}, `${words[marks[status] ?? "mark_missing"]}. ${status === "absent" ? words.absent_explained : label("status_text", status)}`),
      ]),
  );
}

function showDefinition(cube) {
  const indicator = page.indicators[cube.indicator];
  byId("definition").hidden = !indicator;
  if (!indicator) return;
  byId("definition-text").replaceChildren(
    element("p", {}, element("b", {}, indicator.name)),
    element("p", {}, indicator.definition),
    element("p", {}, `${words.certainty}: ${indicator.certainty}`),
  );
}

// Downloads and citation ---------------------------------------------------------------------------

function sourceText(rows) {
  const sources = new Map();
  for (const row of rows) {
    if (!sources.has(row.source)) sources.set(row.source, new Set());
    if (row.vintage) sources.get(row.source).add(row.vintage);
  }
  return [...sources]
    .map(([source, days]) => `${label("source_text", source).replace(/\.$/, "")} (${[...days].sort().join(", ")}).`)
    .join(" ");
}

function citation() {
  const { cube, series, months } = shown;
  const rows = chosenRows(head, cube, series, months);
  const names = choice.areas.map(areaName);
  const text = say("citation_text", {
    publisher: page.about.publisher,
    title: titleOf(cube),
    areas: names.length > 6 ? say("areas_counted", { count: names.length }) : names.join(", "),
    months: monthsText(months),
    month: monthName(page.about.month),
    vintage: page.about.vintage,
    sources: rows.length ? sourceText(rows) : "–.",
    version: page.about.version,
    licence: page.about.licence,
  });
  return `${madeUpPrefix()}${text}`;
}

function downloadRows() {
  const { cube, series, months } = shown;
  const madeUp = page.madeUp && cube.dataset === "register";
  const rows = chosenRows(head, cube, series, months).map((row) => ({
    ...row,
    indicator_name: indicatorName(row.indicator),
    statistic_name: statisticName(row.indicator, row.statistic),
    area_name: areaName(row.area),
    category_name: categoryName(row.dimension, row.category),
    status_name: label("status", row.status),
    ...(madeUp ? { made_up: true } : {}),
  }));
  return { rows, columns: Object.keys(rows[0] ?? {}), madeUp };
}

async function fileOf(format) {
  const { cube, series, months } = shown;
  const { rows, columns, madeUp } = downloadRows();
  const cite = citation();
  const prefix = madeUp ? `${words.made_up_file}-` : "";
  const name = `${prefix}${cube.indicator}-${page.about.vintage}.${format === "jsonstat" ? "json" : format}`;
  if (format === "csv") return { rows, name, blob: new Blob([csvText(columns, rows)], { type: "text/csv;charset=utf-8" }) };
  if (format === "parquet") {
    const bytes = parquetBytes(columns, rows, { citation: cite, licence: page.about.licence, made_up: String(madeUp) });
    return { rows, name, blob: new Blob([bytes], { type: "application/vnd.apache.parquet" }) };
  }
  if (format === "xlsx") {
    if (rows.length > MOST_ROWS) throw new Error(say("too_many_rows", { rows: rows.length, most: MOST_ROWS }));
    const texts = columns.map((column) => (column === "made_up" ? rows.map(() => words.made_up_mark) : null));
    const plainRows = rows.map((row, i) => Object.fromEntries(columns.map((column, at) => [column, texts[at] ? texts[at][i] : row[column]])));
    const about = [
      ...(madeUp ? [[words.made_up_mark, words.made_up]] : []),
      [words.citation, cite],
      [words.indicator, page.indicators[cube.indicator]?.name ?? cube.indicator],
      [words.definition, page.indicators[cube.indicator]?.definition ?? ""],
      ...head.statuses.map((status) => [`${status}: ${label("status", status)}`, label("status_text", status)]),
    ];
    return { rows, name, blob: await workbook(columns, plainRows, about, [words.sheet_figures, words.sheet_about]) };
  }
  const names = {
    word: (key) => words[key],
    indicator: indicatorName,
    statistic: statisticName,
    population: (id) => label("population", id),
    breakdown: (id) => (id === "total" ? label("dimension", "total") : categoryName(...splitOnce(id))),
    area: areaName,
    month: monthName,
    figure: (id) => words[id],
    unit: (id) => label("unit", id),
    source: (id) => label("source", id),
    decimals: (id) => page.decimals[id] ?? 1,
  };
  const about = {
    label: `${madeUpPrefix()}${titleOf(cube)}`,
    source: sourceText(rows),
    updated: page.about.vintage,
    note: [...(madeUp ? [words.made_up] : []), cite],
    extension: { citation: cite, licence: page.about.licence, made_up: madeUp, language: page.language },
  };
  const text = jsonStat(head, cube, series, months, names, about);
  return { rows, name, blob: new Blob([text], { type: "application/json" }) };
}

function splitOnce(text) {
  const at = text.indexOf(":");
  return [text.slice(0, at), text.slice(at + 1)];
}

async function download(format, button) {
  try {
    const { rows, name, blob } = await fileOf(format);
    save(blob, name);
    byId("status").textContent = say("downloaded", { file: name, rows: rows.length });
  } catch (error) {
    byId("status").textContent = say("failed", { format: button.textContent, reason: error.message });
  }
}

async function copyCitation() {
  const text = byId("citation-text");
  try {
    await navigator.clipboard.writeText(text.textContent);
  } catch {
    // Without a clipboard the text is marked, to be copied by hand.
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return;
  }
  byId("status").textContent = words.copied;
}

// The beginning ------------------------------------------------------------------------------------

function change(wanted) {
  choice = completed({ ...choice, from: choice.wanted.from, to: choice.wanted.to, ...wanted });
  showChoices();
  showAreas();
  show(true);
}

function chooseAreas(areas) {
  choice.areas = areas;
  showChosenAreas();
  show(true);
}

function listen() {
  for (const id of ["dataset", "indicator", "statistic", "population", "dimension"]) {
    byId(id).addEventListener("change", (event) => change({ [id]: event.target.value }));
  }
  for (const id of ["from", "to"]) {
    byId(id).addEventListener("change", () => change({ from: byId("from").value, to: byId("to").value }));
  }
  byId("categories").addEventListener("change", () => {
    const boxes = [...byId("categories").querySelectorAll("input")];
    choice.categories = boxes.filter((box) => box.checked).map((box) => box.value);
    show(true);
  });
  byId("search").addEventListener("input", showAreas);
  byId("kind").addEventListener("change", showAreas);
  byId("areas").addEventListener("change", (event) => {
    const { value, checked } = event.target;
    chooseAreas(checked ? [...choice.areas, value] : choice.areas.filter((code) => code !== value));
  });
  byId("choose-all").addEventListener("click", () => chooseAreas([...new Set([...choice.areas, ...foundAreas()])]));
  byId("clear").addEventListener("click", () => chooseAreas([]));
  byId("chosen").addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    const at = choice.areas.indexOf(button.dataset.remove);
    chooseAreas(choice.areas.filter((code) => code !== button.dataset.remove));
    // The button that had the focus is gone: the next one gets it.
    const buttons = byId("chosen").querySelectorAll("button");
    (buttons[Math.min(at, buttons.length - 1)] ?? byId("search")).focus();
  });
  for (const button of document.querySelectorAll("[data-format]")) {
    button.addEventListener("click", () => download(button.dataset.format, button));
  }
  byId("copy").addEventListener("click", copyCitation);
  byId("choices").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", () => begin(true));
  let width = byId("chart").clientWidth;
  new ResizeObserver(() => {
    const now = byId("chart").clientWidth;
    if (now && Math.abs(now - width) > 2) {
      width = now;
      if (shown?.series.length) showChart();
    }
  }).observe(byId("chart"));
}

function begin(announce) {
  choice = completed(readHash());
  showChoices();
  showAreas();
  show(announce);
}

async function open() {
  if (!("DecompressionStream" in window)) {
    byId("loading").textContent = words.too_old;
    return;
  }
  head = await unpack(byId("figures-data").textContent);
  page.areaOrder = head.areas
    .filter((code) => code in page.areas)
    .sort(
      (a, b) =>
        page.kinds.indexOf(page.areas[a][1]) - page.kinds.indexOf(page.areas[b][1]) ||
        areaName(a).localeCompare(areaName(b), page.locale),
    );
  const kinds = page.kinds.filter((kind) => page.areaOrder.some((code) => page.areas[code][1] === kind));
  byId("kind").replaceChildren(
    element("option", { value: "" }, words.kind_all),
    ...kinds.map((kind) => element("option", { value: kind }, words[`kind_${kind}`])),
  );
  byId("loading").hidden = true;
  byId("explorer").hidden = false;
  begin(false);
  listen();
  document.documentElement.dataset.ready = "1";
  performance.mark("ready");
}

open();
