// The chosen figures as CSV, XLSX, JSON-stat 2 and Parquet: made here, sent nowhere.

const MOST_ROWS = 1048575;

// As indicators.spreadsheets has it: no text that a spreadsheet would compute.
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const PLAIN_NUMBER = /^[-+]?[0-9]+([.,][0-9]+)?(e[-+]?[0-9]+)?$/;

function defused(text) {
  return FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
}

function csvText(columns, rows) {
  const field = (value) => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = defused(String(value));
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [columns, ...rows.map((row) => columns.map((name) => row[name]))];
  return `${lines.map((line) => line.map(field).join(",")).join("\n")}\n`;
}

async function workbook(columns, rows, about, sheets) {
  const cell = (value) => {
    if (value === null || value === undefined) return null;
    return typeof value === "number" ? value : { value: defused(String(value)), type: String };
  };
  const head = columns.map((name) => ({ value: name, type: String, fontWeight: "bold" }));
  const figures = [head, ...rows.map((row) => columns.map((name) => cell(row[name])))];
  const notes = about.map((line) => line.map(cell));
  return writeXlsxFile([
    {
      data: figures,
      sheet: sheets[0],
      stickyRowsCount: 1,
      columns: columns.map((name) => ({ width: Math.max(10, name.length + 2) })),
    },
    { data: notes, sheet: sheets[1], columns: [{ width: 24 }, { width: 100 }] },
  ]).toBlob();
}

function parquetBytes(columns, rows, metadata) {
  const columnData = columns.map((name) => ({
    name,
    data: rows.map((row) => row[name] ?? null),
    type: NUMBERS.includes(name) ? "DOUBLE" : name === "made_up" ? "BOOLEAN" : "STRING",
    nullable: true,
  }));
  const kvMetadata = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  return hyparquetWriter.parquetWriteBuffer({ columnData, kvMetadata });
}

// As the files of the data tree (jsonstat.py): a cell without a row is null, its status empty.
function jsonStat(head, cube, series, months, names, about) {
  const breakdown = [...new Set(series.map(breakdownId))];
  const areas = [...new Set(series.map((line) => line.area))];
  const figures = NUMBERS.filter((name) => name === "value" || cube.columns[name].form !== "none");
  const byKey = new Map(series.map((line) => [`${breakdownId(line)} ${line.area}`, line]));
  const value = [];
  const status = [];
  for (const group of breakdown) {
    for (const area of areas) {
      const line = byKey.get(`${group} ${area}`);
      for (const month of months) {
        const cell = line ? cellOf(head, cube, line, month) : null;
        for (const name of figures) {
          status.push(cell && needsStatus(name, cell) ? cell.status : "");
          value.push(cell ? cell[name] : null);
        }
      }
    }
  }
  const dimension = (key, ids, name, more = {}) => ({
    label: names.word(key),
    category: { index: ids, label: Object.fromEntries(ids.map((id) => [id, name(id)])), ...more },
  });
  const unit = { [cube.statistic]: { label: names.unit(cube.unit), decimals: names.decimals(cube.unit) } };
  const dimensions = {
    indicator: dimension("indicator", [cube.indicator], names.indicator),
    source: dimension("source", [cube.source], names.source),
    statistic: dimension("statistic", [cube.statistic], (id) => names.statistic(cube.indicator, id), { unit }),
    population: dimension("population", [cube.population], names.population),
    breakdown: dimension("dimension", breakdown, names.breakdown),
    area: dimension("area", areas, names.area),
    month: dimension("month", months, names.month),
    figure: dimension("figures", figures, names.figure),
  };
  const dataset = {
    version: "2.0",
    class: "dataset",
    label: about.label,
    source: about.source,
    updated: about.updated,
    note: about.note,
    id: Object.keys(dimensions),
    size: Object.values(dimensions).map((each) => each.category.index.length),
    role: { time: ["month"], geo: ["area"], metric: ["statistic", "figure"] },
    dimension: dimensions,
    value,
    status,
    extension: about.extension,
  };
  return `${JSON.stringify(dataset)}\n`;
}

function breakdownId(line) {
  return line.dimension === "total" ? "total" : `${line.dimension}:${line.category}`;
}

// A value says its status unless it is normal; its parts where they are missing because of it.
function needsStatus(figure, cell) {
  if (cell.status === "normal" || figure === "low" || figure === "high") return false;
  return figure === "value" || cell[figure] === null;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
