-- Runs before cross references are numbered, in both renderers: gives the page its words and turns
-- HTML tables into real tables, so that the page and the PDF show the same one.

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)

-- The words of one language from words.toml (plain `key = "value"` lines).
local function words_of(language)
  local words, section = {}, nil
  local file = io.open(pandoc.path.join({ here, "..", "words.toml" }))
  if not file then return words end
  for line in file:lines() do
    section = line:match("^%[(%w+)%]") or section
    local key, value = line:match('^([%w-]+) = "(.*)"$')
    if key and section == language then words[key] = value end
  end
  file:close()
  return words
end

local words = {}

local function take_words(meta)
  local lang = meta.lang and pandoc.utils.stringify(meta.lang) or "fi-FI"
  words = words_of(lang:match("^%a+"))
  meta.words = {}
  for key, value in pairs(words) do meta.words[key] = value end
  return meta
end

local RIGHT = { num = true, numeric = true, right = true }

local function is_right(cell)
  for _, class in ipairs(cell.attr.classes) do
    if RIGHT[class] then return true end
  end
  return cell.alignment == "AlignRight"
end

-- Calls `visit(cell, column)` for each cell, columns counted over spans.
local function each_cell(rows, visit)
  local held = {}
  for _, row in ipairs(rows) do
    local column = 1
    for _, cell in ipairs(row.cells) do
      while (held[column] or 0) > 0 do
        held[column] = held[column] - 1
        column = column + 1
      end
      visit(cell, column)
      for i = column, column + cell.col_span - 1 do held[i] = cell.row_span - 1 end
      column = column + cell.col_span
    end
  end
end

-- Figures stand to the right where the source says so, for a cell or a whole column; a head over
-- several columns stands in their middle.
local function align(tbl)
  local right, seen = {}, {}
  for _, body in ipairs(tbl.bodies) do
    each_cell(body.body, function(cell, column)
      local is = is_right(cell)
      if is then cell.alignment = "AlignRight" end
      if seen[column] == nil then right[column] = true end
      seen[column] = true
      right[column] = right[column] and is
    end)
  end
  for i, spec in ipairs(tbl.colspecs) do
    local given = spec[1] ~= "AlignDefault" and spec[1] or "AlignLeft"
    tbl.colspecs[i] = { right[i] and "AlignRight" or (seen[i] and given == "AlignRight" and "AlignLeft" or given), nil }
  end
  each_cell(tbl.head.rows, function(cell, column)
    if cell.col_span > 1 then
      cell.alignment = "AlignCenter"
    elseif cell.alignment == "AlignDefault" and right[column] or is_right(cell) then
      cell.alignment = "AlignRight"
    end
  end)
  return tbl
end

local function from_html(raw)
  if raw.format ~= "html" or not raw.text:match("<[tT][aA][bB][lL][eE][%s>]") then return nil end
  local blocks = pandoc.read(raw.text, "html").blocks
  return blocks:walk({ Table = align })
end

-- A pipe table whose lines are long gets widths in proportion to its dashes: not meant here.
local function plain_widths(tbl)
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], nil } end
  return tbl
end

local NOTES = { ["synthetic-notice"] = true }

local function name_landmarks(div)
  if not FORMAT:match("html") then return nil end
  if div.classes:includes("language-links") then
    div.attributes.role = "navigation"
    div.attributes["aria-label"] = words.languages
    return div
  end
  for _, class in ipairs(div.classes) do
    if NOTES[class] then
      div.attributes.role = "note"
      return div
    end
  end
end

return {
  { Meta = take_words },
  { Table = plain_widths, RawBlock = from_html, Div = name_landmarks },
}
