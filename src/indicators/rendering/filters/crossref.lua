-- Numbers figures, tables, equations and sections in reading order and writes every reference to
-- them in the document's language, as Quarto does.

local words, options = {}, { delimiter = ":", sections = false }
local numbers = {} -- label → number as text
local counts = { fig = 0, tbl = 0, eq = 0 }
local NAMES = { fig = "figure", tbl = "table", sec = "section", eq = "equation" }
local NBSP = "\u{a0}"

local function take(meta)
  for key, value in pairs(meta.words or {}) do words[key] = pandoc.utils.stringify(value) end
  local crossref = meta.crossref or {}
  if crossref["title-delim"] then options.delimiter = pandoc.utils.stringify(crossref["title-delim"]) end
  options.sections = meta["number-sections"] == true
end

local function kind_of(label) return label:match("^(%a+)%-") end

local function number(label)
  local kind = kind_of(label)
  if not counts[kind] or numbers[label] then return nil end
  counts[kind] = counts[kind] + 1
  numbers[label] = tostring(counts[kind])
  return numbers[label]
end

-- Captions are numbered here for the page; typst numbers its own, in the same order.
local function figure(el)
  local n = number(el.identifier)
  if not n then return nil end
  el.attributes["data-number"] = n
  return el
end

local function span(el)
  if not el.classes:includes("equation") then return nil end
  el.attributes["data-number"] = number(el.identifier)
  return el
end

local depth = {}

local function header(el)
  if not options.sections or el.classes:includes("unnumbered") then return nil end
  local level = el.level - 1
  depth[level] = (depth[level] or 0) + 1
  for i = level + 1, 6 do depth[i] = nil end
  local parts = {}
  for i = 1, level do parts[i] = tostring(depth[i] or 0) end
  local text = table.concat(parts, ".")
  if el.identifier ~= "" then numbers[el.identifier] = text end
  if FORMAT ~= "typst" then
    el.content:insert(1, pandoc.Space())
    el.content:insert(1, pandoc.Span(text, { class = "header-section-number" }))
  end
  return el
end

local function reference(citation)
  local label = citation.id
  local n = numbers[label]
  if not n then
    io.stderr:write("PROBLEM\t" .. label .. "\trefers to nothing that has a number\n")
    return pandoc.Str("?")
  end
  local text = pandoc.Inlines({})
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:insert(pandoc.Str(NBSP))
  elseif citation.mode ~= "SuppressAuthor" then
    text:insert(pandoc.Str(words[NAMES[kind_of(label)]] .. NBSP))
  end
  text:insert(pandoc.Str(n))
  return pandoc.Link(text, "#" .. label, "", { class = "quarto-xref" })
end

local function cite(el)
  local out = pandoc.Inlines({})
  for i, citation in ipairs(el.citations) do
    if i > 1 then out:extend({ pandoc.Str(","), pandoc.Space() }) end
    out:insert(reference(citation))
    out:extend(citation.suffix)
  end
  return out
end

local function remember(meta)
  meta["caption-delimiter"] = options.delimiter
  return meta
end

return {
  { Meta = take },
  { traverse = "topdown", Figure = figure, Span = span, Header = header },
  { Cite = cite, Meta = remember },
}
