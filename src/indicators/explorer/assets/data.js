// The figures: unpacked (packing.py says how they are packed), and the series and rows of a choice.

const NUMBERS = ["numerator", "denominator", "value", "low", "high"];
const SHOWN = new Set(["normal", "provisional", "bounded"]);

async function unpack(text) {
  const binary = atob(text.trim());
  const packed = new Uint8Array(binary.length);
  for (let i = 0; i < packed.length; i += 1) packed[i] = binary.charCodeAt(i);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(content.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(content.subarray(4, 4 + length)));
  let place = 4 + length;
  for (const cube of head.cubes) {
    for (const column of Object.values(cube.columns)) {
      column.content = content.subarray(place, place + column.bytes);
      place += column.bytes;
    }
    cube.monthNames = monthsFrom(cube.first, cube.months);
    cube.decoded = {};
  }
  return head;
}

function monthsFrom(first, count) {
  const start = Number(first.slice(0, 4)) * 12 + Number(first.slice(5)) - 1;
  return Array.from({ length: count }, (_, i) => {
    const year = Math.floor((start + i) / 12);
    return `${String(year).padStart(4, "0")}-${String(((start + i) % 12) + 1).padStart(2, "0")}`;
  });
}

function monthNumber(month) {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
}

// A column of a cube, decoded when it is first asked for; NaN where a number is missing.
function columnOf(cube, name, statuses) {
  if (!cube.decoded[name]) cube.decoded[name] = decode(cube, name, statuses);
  return cube.decoded[name];
}

function decode(cube, name, statuses) {
  const { form, scale, content } = cube.columns[name];
  const cells = cube.lines.length * cube.months;
  if (form === "codes") return content;
  if (form === "same") return columnOf(cube, "numerator", statuses);
  const values = new Float64Array(cells).fill(NaN);
  if (form === "none") return values;
  if (form === "steps") return decodeSteps(content, scale, values);
  if (form === "floats") return decodeFloats(content, values);
  const numerator = columnOf(cube, "numerator", statuses);
  const denominator = columnOf(cube, "denominator", statuses);
  const status = columnOf(cube, "status", statuses);
  for (let i = 0; i < cells; i += 1) {
    if (!SHOWN.has(statuses[status[i] - 1])) continue;
    if (form === "percent") values[i] = (100 * numerator[i]) / denominator[i];
    else if (form === "percent_of_ratio") values[i] = (numerator[i] / denominator[i]) * 100;
    else values[i] = numerator[i] / denominator[i];
  }
  return values;
}

function decodeSteps(content, scale, values) {
  let place = 0;
  let known = 0;
  for (let i = 0; i < values.length; i += 1) {
    let code = 0;
    let factor = 1;
    let byte;
    do {
      byte = content[place];
      place += 1;
      code += (byte & 127) * factor;
      factor *= 128;
    } while (byte > 127);
    if (code > 0) {
      const zigzag = code - 1;
      known += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
      values[i] = known / scale;
    }
  }
  return values;
}

function decodeFloats(content, values) {
  const bytes = new Uint8Array(values.buffer);
  const count = values.length;
  for (let plane = 0; plane < 8; plane += 1) {
    for (let i = 0; i < count; i += 1) bytes[i * 8 + plane] = content[plane * count + i];
  }
  return values;
}

// The cube of a choice; its series (a line each, in the order of areas and groups chosen).
function chosenCube(head, choice) {
  return head.cubes.find(
    (cube) =>
      cube.dataset === choice.dataset &&
      cube.indicator === choice.indicator &&
      cube.statistic === choice.statistic &&
      cube.population === choice.population,
  );
}

function chosenSeries(head, cube, choice) {
  if (!cube) return [];
  const lines = new Map(cube.lines.map(([category, area], at) => [`${category} ${area}`, at]));
  const series = [];
  for (const code of choice.areas) {
    const area = head.areas.indexOf(code);
    head.categories.forEach(([dimension, category], at) => {
      const line = lines.get(`${at} ${area}`);
      if (dimension !== choice.dimension || line === undefined) return;
      if (!choice.categories.includes(category)) return;
      series.push({ area: code, dimension, category, line });
    });
  }
  return series;
}

// One cell of a series; null where the table has no such row.
function cellOf(head, cube, series, month) {
  const at = monthNumber(month) - monthNumber(cube.first);
  if (at < 0 || at >= cube.months) return null;
  const place = series.line * cube.months + at;
  const code = (name) => columnOf(cube, name, head.statuses)[place];
  if (!code("status")) return null;
  const cell = {
    month,
    status: head.statuses[code("status") - 1],
    series_break: head.breaks[code("series_break") - 1] ?? null,
    vintage: head.vintages[code("vintage") - 1] ?? null,
  };
  for (const name of NUMBERS) {
    const number = code(name);
    cell[name] = Number.isNaN(number) ? null : number;
  }
  return cell;
}

// Rows of the long table, in the order of its columns.
function chosenRows(head, cube, series, months) {
  const rows = [];
  for (const line of series) {
    for (const month of months) {
      const cell = cellOf(head, cube, line, month);
      if (!cell) continue;
      rows.push({
        indicator: cube.indicator,
        statistic: cube.statistic,
        month,
        area: line.area,
        population: cube.population,
        dimension: line.dimension,
        category: line.category,
        numerator: cell.numerator,
        denominator: cell.denominator,
        value: cell.value,
        low: cell.low,
        high: cell.high,
        unit: cube.unit,
        status: cell.status,
        series_break: cell.series_break,
        source: cube.source,
        vintage: cell.vintage,
      });
    }
  }
  return rows;
}
