-- Runs first, in both renderers: gives the page its words and turns HTML tables into real tables, so
-- that the page and the PDF show the same one.

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

-- Which columns hold figures: those whose every cell stands to the right. A table that says nothing
-- about its cells (a pipe table) keeps what it says about its columns.
local function right_columns(tbl)
  local right, says = {}, false
  for _, body in ipairs(tbl.bodies) do
    each_cell(body.body, function(cell, column)
      local is = is_right(cell)
      if is then cell.alignment = "AlignRight" end
      says = says or is
      right[column] = is and right[column] ~= false
    end)
  end
  if not says then
    for i, spec in ipairs(tbl.colspecs) do right[i] = spec[1] == "AlignRight" end
  end
  return right
end

-- Heads stand as their columns do; a head over several columns stands in their middle. Widths in
-- proportion to a pipe table's dashes are not meant here. The caption names the table to those who
-- reach it with the keyboard.
local function prepare(tbl)
  local right = right_columns(tbl)
  for i in ipairs(tbl.colspecs) do
    tbl.colspecs[i] = { right[i] and "AlignRight" or "AlignLeft", nil }
  end
  each_cell(tbl.head.rows, function(cell, column)
    if cell.col_span > 1 then
      cell.alignment = "AlignCenter"
    elseif right[column] or is_right(cell) then
      cell.alignment = "AlignRight"
    else
      cell.alignment = "AlignLeft"
    end
  end)
  local caption = pandoc.utils.stringify(tbl.caption.long)
  if caption ~= "" then tbl.attributes["data-label"] = caption end
  return tbl
end

local function from_html(raw)
  if raw.format ~= "html" or not raw.text:match("<[tT][aA][bB][lL][eE][%s>]") then return nil end
  return pandoc.read(raw.text, "html").blocks:walk({ Table = prepare })
end

-- `::: {#tbl-x} … caption :::`
local function label(div)
  if not div.identifier:match("^tbl%-") then return nil end
  local last = div.content[#div.content]
  if not last or last.t ~= "Para" then return nil end
  local caption = pandoc.utils.stringify(last)
  return div:walk({
    Table = function(tbl)
      tbl.attributes["data-label"] = caption
      return tbl
    end,
  })
end

return {
  { Meta = take_words },
  { Table = prepare, RawBlock = from_html },
  { Div = label },
}
