-- Writes numbered figures, tables and formulas: as plain HTML for the page, as typst with
-- alternative texts for the PDF (pandoc's own typst writer drops them).

local is_typst = FORMAT == "typst"
local words, delimiter = {}, ":"
local NBSP = "\u{a0}"

local function take(meta)
  for key, value in pairs(meta.words or {}) do words[key] = pandoc.utils.stringify(value) end
  if meta["caption-delimiter"] then delimiter = pandoc.utils.stringify(meta["caption-delimiter"]):match("^%s*(.-)%s*$") end
end

local function typst(text) return pandoc.RawBlock("typst", text) end
local function raw(text) return pandoc.RawInline("typst", text) end
local function quote(text) return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"' end

local function image(el)
  if not is_typst then return nil end
  local alt = pandoc.utils.stringify(el.caption)
  local width = el.attributes.width
  local size = width and width:match("^%d+%%$") and ", width: " .. width or ""
  return raw(string.format("#image(%s, alt: %s%s)", quote(el.src), quote(alt), size))
end

local KINDS = { fig = { name = "figure", position = "bottom" }, tbl = { name = "table", position = "top" } }

local function typst_figure(el, kind, n)
  local out = pandoc.Blocks({ typst("#figure([") })
  out:extend(el.content)
  out:insert(typst("], caption: figure.caption(position: " .. kind.position .. ", ["))
  out:extend(el.caption.long)
  local numbered = n and 'numbering: "1", supplement: [' .. words[kind.name] .. "]" or "numbering: none, supplement: none"
  local label = el.identifier ~= "" and "<" .. el.identifier .. ">" or ""
  local float = kind.name == "table" and "tbl" or "fig"
  out:insert(typst(string.format(']), kind: "quarto-float-%s", %s)%s', float, numbered, label)))
  return out
end

-- A table's caption is read before the table; pandoc would write it after.
local function html_table_figure(el, caption)
  local start = '<figure id="%s" class="quarto-float quarto-float-tbl">\n<figcaption>'
  local out = pandoc.Blocks({
    pandoc.RawBlock("html", string.format(start, el.identifier)),
    pandoc.Plain(caption),
    pandoc.RawBlock("html", "</figcaption>"),
  })
  out:extend(el.content)
  out:insert(pandoc.RawBlock("html", "</figure>"))
  return out
end

local function html_figure(el, kind, n)
  local caption = pandoc.utils.blocks_to_inlines(el.caption.long)
  if n then
    local head = words[kind.name] .. NBSP .. n .. delimiter
    caption:insert(1, pandoc.Space())
    caption:insert(1, pandoc.Span(head, { class = "caption-number" }))
  end
  local label = pandoc.utils.stringify(caption)
  el.content = el.content:walk({
    Table = function(tbl)
      tbl.attributes["data-label"] = label
      return tbl
    end,
  })
  if kind.name == "table" then return html_table_figure(el, caption) end
  el.caption = { long = { pandoc.Plain(caption) } }
  el.classes = { "quarto-float", "quarto-float-fig" }
  return el
end

local function figure(el)
  local n = el.attributes["data-number"]
  el.attributes["data-number"] = nil
  local kind = KINDS[el.identifier:match("^(%a+)%-")] or KINDS.fig
  if is_typst then return typst_figure(el, kind, n) end
  return html_figure(el, kind, n)
end

local function equation(el)
  if not el.classes:includes("equation") then return nil end
  local n, alt = el.attributes["data-number"], el.attributes.alt
  if is_typst then
    local maths = pandoc.write(pandoc.Pandoc({ pandoc.Plain(el.content) }), "typst"):gsub("%s+$", "")
    return raw(string.format('#math.equation(block: true, numbering: _ => "(%s)", alt: %s, %s)<%s>',
      n, quote(alt), maths, el.identifier))
  end
  local formula = pandoc.Span(el.content, pandoc.Attr("", {}, { { "role", "math" }, { "tabindex", "0" }, { "aria-label", alt } }))
  return pandoc.Span({ formula, pandoc.Span("(" .. n .. ")", { class = "equation-number" }) },
    pandoc.Attr(el.identifier, { "equation" }))
end

return {
  { Meta = take },
  { Image = image, Span = equation },
  { Figure = figure },
}
