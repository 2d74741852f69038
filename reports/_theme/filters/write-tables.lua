-- Runs after cross references are numbered, in both renderers: tables that are accessible on the page
-- and fit on paper.

local is_typst = FORMAT:match("typst") ~= nil
local is_html = FORMAT:match("html") ~= nil
local words = {}

local function take(meta)
  for key, value in pairs(meta.words or {}) do words[key] = pandoc.utils.stringify(value) end
end

local function typst(text) return pandoc.RawBlock("typst", text) end
local function raw(text) return pandoc.RawInline("typst", text) end

-- A table that is wider than the page must be reachable and scrollable with the keyboard.
local function wrapped(tbl)
  local label = tbl.attributes["data-label"] or pandoc.utils.stringify(tbl.caption.long)
  tbl.attributes["data-label"] = nil
  if label == "" then label = words.table or "" end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for i = 1, math.min(body.row_head_columns, #row.cells) do
        row.cells[i].attributes.scope = row.cells[i].attributes.scope or "row"
      end
    end
  end
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      local scope = cell.col_span > 1 and "colgroup" or "col"
      cell.attributes.scope = cell.attributes.scope or scope
    end
  end
  -- Pairs, for a table's keys come in another order every time.
  local attributes = { { "tabindex", "0" }, { "role", "region" }, { "aria-label", label } }
  return pandoc.Div({ tbl }, pandoc.Attr("", { "table-wrapper" }, attributes)), false
end

-- So must text in the letters of a typewriter, whose lines are not broken.
local function reachable(block)
  block.attributes.tabindex = "0"
  return block
end

local PAGE_WIDTH = 166 / 25.4 * 72 -- points between the margins of A4
local MANY = 8 -- columns from which cells stand closer
local WIDE_INSET, NARROW_INSET = 6, 3 -- points on either side of a cell
local SIZES = { 9, 8.5, 8, 7.5, 7, 6.5, 6 }
local WRAP = 11 -- em from which a text below the head may wrap
local LONG = 25 -- rows from which a table may run over to the next page
local FULL = 0.55 -- the share of the page's width from which a table fills it
local BREAKABLE = 8 -- em; longer words are hyphenated

-- About how wide a text in Inter is, in em: enough to choose a font size by.
-- The signs of intervals are as wide as they are, for these are not broken.
local KNOWN = {
  [0x20] = 0.28, [0xa0] = 0.28, [0x2060] = 0, [0x2026] = 0.83, -- spaces, word joiner, ellipsis
  [0x2212] = 0.67, [0x2b] = 0.67, [0x3c] = 0.67, [0x3d] = 0.67, [0x25] = 0.84, -- − + < = %
}

local function width(text)
  local total = 0
  for _, code in utf8.codes(text) do
    local char = utf8.char(code)
    total = total + (KNOWN[code] or char:match("%d") and 0.63 or char:match("[%.,:;()/|]") and 0.34
      or char:match("%u") and 0.7 or 0.58)
  end
  return total
end

-- The longest line and the longest part that cannot be broken, in em. Why a figure is missing is said
-- where the figure would stand, and like it is not broken.
local function measure(cell, is_figure)
  local lines = cell.contents:walk({ LineBreak = function() return pandoc.Str("\n") end })
  local longest, part = 0, 0
  for line in pandoc.utils.stringify(lines):gmatch("[^\n]+") do
    longest = math.max(longest, width(line))
    for word in line:gmatch("[^ ]+") do
      local whole = is_figure or word:match("%d")
      part = math.max(part, whole and width(word) or math.min(width(word), BREAKABLE))
    end
  end
  return longest, part
end

local function rows_of(tbl)
  local rows = {}
  for _, row in ipairs(tbl.head.rows) do rows[#rows + 1] = row end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do rows[#rows + 1] = row end
  end
  return rows
end

-- What each column needs, in em: all of it on one line, and at the least. Figures and heads
-- need their longest part, text below the head may wrap.
local function needs(tbl)
  local whole, least, held = {}, {}, {}
  for i = 1, #tbl.colspecs do whole[i], least[i] = 1, 1 end
  for number, row in ipairs(rows_of(tbl)) do
    local is_head, column = number <= #tbl.head.rows, 1
    for _, cell in ipairs(row.cells) do
      while (held[column] or 0) > 0 do
        held[column] = held[column] - 1
        column = column + 1
      end
      local is_figure = not is_head and tbl.colspecs[column] and tbl.colspecs[column][1] == "AlignRight"
      local text, word = measure(cell, is_figure)
      for i = column, math.min(column + cell.col_span - 1, #whole) do
        local is_text = not is_head and tbl.colspecs[i][1] ~= "AlignRight"
        held[i] = cell.row_span - 1
        whole[i] = math.max(whole[i], text / cell.col_span)
        least[i] = math.max(least[i], word / cell.col_span, is_text and math.min(text, WRAP) or 0)
      end
      column = column + cell.col_span
    end
  end
  return whole, least
end

local function sum(numbers)
  local total = 0
  for _, number in ipairs(numbers) do total = total + number end
  return total
end

-- The columns for typst. A small table keeps its own width, for figures far from their label are
-- hard to read; a larger one fills the page, its widest column growing; in one that must wrap each
-- column has what it needs at the least, and its share of the rest.
local function columns_of(whole, least, share, padding)
  local columns, widest = {}, 1
  local room = sum(whole) / share - sum(least)
  local spare = math.max(sum(whole) - sum(least), 1)
  for i = 1, #whole do
    columns[i] = "auto"
    if whole[i] > whole[widest] then widest = i end
    if share > 1 then
      local more = math.max(room, 0) * (whole[i] - least[i]) / spare
      columns[i] = string.format("%.2ffr", least[i] + padding + more)
    end
  end
  if share > FULL and share <= 1 then columns[widest] = "1fr" end
  return table.concat(columns, ", ")
end

-- The font size at which a table fits between the margins, the inset and the columns for typst.
local function fit(tbl)
  local whole, least = needs(tbl)
  local inset = #whole > MANY and NARROW_INSET or WIDE_INSET
  local room = PAGE_WIDTH - #whole * inset * 2
  local chosen = SIZES[#SIZES]
  for _, size in ipairs(SIZES) do
    if sum(least) * size <= room then
      chosen = size
      break
    end
  end
  if sum(least) * chosen > room then
    io.stderr:write("PROBLEM\t" .. (tbl.attributes["data-label"] or words.table)
      .. "\tis a table too wide for the PDF's page; part it into two\n")
  end
  return chosen, inset, columns_of(whole, least, sum(whole) * chosen / room, inset * 2 / chosen)
end

local ALIGN = { AlignRight = "right", AlignCenter = "center", AlignLeft = "left" }

local function cell_start(cell, is_head)
  local options = {}
  if cell.col_span > 1 then options[#options + 1] = "colspan: " .. cell.col_span end
  if cell.row_span > 1 then options[#options + 1] = "rowspan: " .. cell.row_span end
  if ALIGN[cell.alignment] then
    local vertical = is_head and " + bottom" or ""
    options[#options + 1] = "align: " .. ALIGN[cell.alignment] .. vertical
  end
  local whole = cell.alignment == "AlignRight" and not is_head and "#set text(hyphenate: false);" or ""
  if #options == 0 then return "[" .. whole end
  return "table.cell(" .. table.concat(options, ", ") .. ")[" .. whole
end

local function add_rows(out, rows, heads)
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row.cells) do
      local style = heads < 0 and "#column-head[" or i <= heads and "#row-head[" or "#["
      out:insert(raw(cell_start(cell, heads < 0) .. style))
      out:extend(pandoc.utils.blocks_to_inlines(cell.contents, { pandoc.LineBreak() }))
      out:insert(raw("]], "))
    end
    out:insert(raw("\n  "))
  end
end

local function typst_table(tbl)
  local size, inset, columns = fit(tbl)
  local aligns = {}
  for i, spec in ipairs(tbl.colspecs) do aligns[i] = ALIGN[spec[1]] or "left" end
  local out = pandoc.Inlines({})
  out:insert(raw(string.format("#report-table(size: %spt, breakable: %s, inset: (x: %spt, y: 4pt), columns: (%s,), align: (%s,),\n  ",
    size, #rows_of(tbl) > LONG, inset, columns, table.concat(aligns, ", "))))
  if #tbl.head.rows > 0 then
    out:insert(raw("table.header("))
    add_rows(out, tbl.head.rows, -1)
    out:insert(raw("),\n  "))
  end
  for _, body in ipairs(tbl.bodies) do
    add_rows(out, body.head, 0)
    add_rows(out, body.body, body.row_head_columns)
  end
  add_rows(out, tbl.foot.rows, 0)
  out:insert(raw(")"))
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  if #caption == 0 then return pandoc.Plain(out) end
  return { typst("#figure(caption: figure.caption(position: top, ["), pandoc.Plain(caption),
    typst("]), numbering: none, kind: \"quarto-float-tbl\", supplement: none, ["), pandoc.Plain(out), typst("])") }
end

return {
  { Meta = take },
  { Table = is_html and wrapped or is_typst and typst_table or nil, CodeBlock = is_html and reachable or nil },
}
