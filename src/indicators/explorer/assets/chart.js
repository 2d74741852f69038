// The chart: a line a series, named at its end; bands for bounds, gaps where nothing is known.

const MOST_LINES = 8;
const DASHES = [null, "7 3", "2 3", "10 3 2 3", "5 2", "1 2", "12 4", "4 2 1 2"];

function drawChart(figures, width) {
  const { lines, months, breaks, unitName, formatNumber } = figures;
  const narrow = width < 560;
  const known = lines.flatMap((line) => line.points.flatMap((p) => [p.value, p.low, p.high]));
  const numbers = known.filter((value) => value !== null);
  if (numbers.length === 0) return null;
  const top = Math.max(...numbers);
  const bottom = Math.min(0, ...numbers);
  const vertical = d3.scaleLinear().domain([bottom, top === bottom ? bottom + 1 : top]).nice(6);
  const domain = vertical.domain();
  const height = narrow ? 280 : 380;
  const longest = Math.max(...lines.map((line) => line.short.length));
  const margins = {
    left: 16 + 7.5 * Math.max(...vertical.ticks(6).map((value) => formatNumber(value).length)),
    right: narrow ? 24 : Math.min(220, 18 + 7.4 * longest),
    top: breaks.length ? 50 : 26,
    bottom: 34,
  };
  const day = (month) => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1));
  const years = new Set(months.map((month) => month.slice(0, 4))).size;
  const every = Math.max(1, Math.ceil(years / Math.max(2, Math.floor((width - 120) / 55))));
  const ticks = months.filter(
    (month) => (years > 2 ? month.endsWith("-01") && Number(month.slice(0, 4)) % every === 0 : true),
  );
  const shownTicks = years > 2 ? ticks : ticks.filter((_, i) => i % Math.ceil(ticks.length / 6) === 0);
  // Numbers of breaks that are near each other stand in two rows.
  const perMonth = (width - margins.left - margins.right) / Math.max(1, months.length - 1);
  const near = breaks.map((b, i) => i > 0 && (months.indexOf(b.month) - months.indexOf(breaks[i - 1].month)) * perMonth < 14);
  const row = near.map((_, i) => near.slice(0, i + 1).reverse().findIndex((each) => !each) % 2);
  const marks = [
    Plot.gridY({ stroke: "var(--grid)", strokeOpacity: 1 }),
    Plot.ruleX(breaks, { x: (b) => day(b.month), stroke: "var(--quiet)", strokeDasharray: "3 3" }),
    ...breaks.map((b, i) =>
      Plot.text([b], {
        x: () => day(b.month),
        frameAnchor: "top",
        dy: row[i] === 1 ? -20 : -7,
        text: () => b.marks,
        fill: "var(--ink)",
      }),
    ),
  ];
  lines.forEach((line, at) => {
    const colour = `var(--series-${at + 1})`;
    const x = (p) => day(p.month);
    const bounded = line.points.map((p) => (p.low === null ? { ...p, low: NaN, high: NaN } : p));
    if (line.points.some((p) => p.low !== null)) {
      marks.push(Plot.areaY(bounded, { x, y1: "low", y2: "high", fill: colour, fillOpacity: 0.22 }));
    }
    marks.push(
      Plot.lineY(line.points, {
        x,
        y: (p) => p.value ?? NaN,
        stroke: colour,
        strokeWidth: 2,
        strokeDasharray: DASHES[at] ?? undefined,
      }),
      Plot.dot(line.points.filter((p, i) => isAlone(line.points, i)), { x, y: "value", fill: colour, r: 3 }),
      Plot.dot(
        line.points.filter((p) => p.status === "provisional" && p.value !== null),
        { x, y: "value", stroke: colour, fill: "var(--paper)", r: 3.5, strokeWidth: 1.5 },
      ),
      Plot.text(
        line.points.filter((p) => p.status === "suppressed"),
        { x, y: () => domain[0], text: () => "×", fill: colour, dy: -5 },
      ),
    );
  });
  const scaleY = (value) =>
    height - margins.bottom - ((value - domain[0]) / (domain[1] - domain[0])) * (height - margins.top - margins.bottom);
  const ends = endLabels(lines, scaleY, margins.top + 6, height - margins.bottom - 4);
  ends.forEach((end) => {
    marks.push(
      Plot.text([end], {
        x: () => day(months[months.length - 1]),
        frameAnchor: "top",
        textAnchor: "start",
        lineAnchor: "middle",
        dx: 8,
        dy: end.y - margins.top,
        text: () => (narrow ? end.line.letter : end.line.short),
        fill: `var(--series-${end.at + 1})`,
        fontWeight: 600,
      }),
    );
  });
  const svg = Plot.plot({
    width,
    height,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    style: { fontSize: "13px", background: "transparent", color: "var(--ink)", fontFamily: "inherit" },
    x: {
      type: "utc",
      domain: [day(months[0]), day(months[months.length - 1])],
      ticks: shownTicks.map(day),
      tickFormat: (d) => (years > 2 ? String(d.getUTCFullYear()) : figures.shortMonth(d)),
      label: null,
    },
    y: { domain, ticks: 6, tickFormat: formatNumber, label: unitName, labelArrow: "none", grid: false },
    marks,
  });
  return svg;
}

function isAlone(points, at) {
  const has = (point) => point !== undefined && point.value !== null;
  return has(points[at]) && !has(points[at - 1]) && !has(points[at + 1]);
}

// Where names at line ends stand: beside the last value known, moved apart where they would touch.
function endLabels(lines, scaleY, least, most) {
  const ends = lines
    .map((line, at) => {
      const last = line.points.findLast((point) => point.value !== null);
      return last ? { line, at, y: scaleY(last.value) } : null;
    })
    .filter((end) => end !== null)
    .sort((a, b) => a.y - b.y);
  const gap = 16;
  ends.forEach((end, i) => {
    end.y = Math.max(end.y, i ? ends[i - 1].y + gap : least);
  });
  for (let i = ends.length - 1; i >= 0; i -= 1) {
    ends[i].y = Math.min(ends[i].y, i === ends.length - 1 ? most : ends[i + 1].y - gap);
  }
  return ends;
}
