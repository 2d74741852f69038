-- Runs last, in both renderers: the theme's own divs and changes of language on paper, room for wide
-- charts on the page, and quotation marks of the language.

local is_typst = FORMAT:match("typst") ~= nil
local language = "fi"

local function take(meta)
  language = meta.lang and pandoc.utils.stringify(meta.lang):match("^%a+") or language
end

local function typst(text) return pandoc.RawBlock("typst", text) end
local function raw(text) return pandoc.RawInline("typst", text) end

-- The theme's own divs -------------------------------------------------------------------------

-- Three spans of a card: what the figure is, the figure, how it has changed.
local function card(div)
  local parts = { name = pandoc.Inlines({}), value = pandoc.Inlines({}), change = pandoc.Inlines({}) }
  div:walk({
    Span = function(span)
      for class, found in pairs(parts) do
        if span.classes:includes(class) then found:extend(span.content) end
      end
    end,
  })
  local out = pandoc.Inlines({ raw("\n  (") })
  for _, class in ipairs({ "name", "value", "change" }) do
    out:insert(raw("["))
    out:extend(parts[class])
    out:insert(raw("], "))
  end
  out:insert(raw("),"))
  return out
end

local function key_figures(div)
  local out = pandoc.Inlines({ raw("#key-figures(") })
  div:walk({
    Div = function(inner)
      if inner.classes:includes("key-figure") then out:extend(card(inner)) end
    end,
  })
  out:insert(raw(")"))
  return pandoc.Plain(out)
end

local function box(div)
  local kind = div.classes[2]:gsub("^box%-", "")
  local title = pandoc.utils.blocks_to_inlines(div.content:remove(1).content)
  local out = pandoc.Blocks({ typst('#box-of("' .. kind .. '", ['), pandoc.Plain(title), typst("], [") })
  out:extend(div.content)
  out:insert(typst("])"))
  return out
end

local function call(name, blocks)
  local out = pandoc.Blocks({ typst("#" .. name .. "[") })
  out:extend(blocks)
  out:insert(typst("]"))
  return out
end

-- Languages ------------------------------------------------------------------------------------

local function text_language(tag)
  local lang, region = tag:match("^(%a+)-?(%a*)$")
  if not lang then return nil end
  return string.format('lang: "%s"', lang) .. (region ~= "" and string.format(', region: "%s"', region) or "")
end

local function div(el)
  -- Quarto puts each cell of a notebook into divs, which would hide headings from the contents.
  if el.classes:includes("cell") or el.classes:includes("cell-output-display") then return el.content end
  if not is_typst then return nil end
  if el.classes:includes("language-links") then return {} end
  if el.classes:includes("box") then return box(el) end
  if el.classes:includes("key-figures") then return key_figures(el) end
  for _, name in ipairs({ "synthetic-notice", "status-note" }) do
    if el.classes:includes(name) then return call(name, el.content) end
  end
  local lang = el.attributes.lang and text_language(el.attributes.lang)
  if lang then
    local out = pandoc.Blocks({ typst("#[#set text(" .. lang .. ")") })
    out:extend(el.content)
    out:insert(typst("]"))
    return out
  end
end

local function inline(el)
  if not is_typst then return nil end
  local content = el.t == "Span" and el.content or pandoc.Inlines({ el })
  local lang = el.attributes.lang and text_language(el.attributes.lang)
  if lang then
    el.attributes.lang = nil
    local out = pandoc.Inlines({ raw("#text(" .. lang .. ")[") })
    out:extend(content)
    out:insert(raw("]"))
    return out
  end
  if el.t == "Span" and el.classes:includes("status-note") then
    local out = pandoc.Inlines({ raw("#status-note-inline[") })
    out:extend(el.content)
    out:insert(raw("]"))
    return out
  end
end

-- Figures --------------------------------------------------------------------------------------

-- On a phone a chart keeps a readable size and is moved sideways, so it must take the keyboard's focus.
local function picture(el)
  if is_typst or #el.content ~= 1 or el.content[1].t ~= "Image" then return nil end
  local image = el.content[1]
  local alt = image.attributes.alt or image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
  local name = alt:match("^[^.]+") or alt
  local attributes = { { "tabindex", "0" }, { "role", "group" }, { "aria-label", name } }
  return pandoc.Div({ pandoc.Plain(el.content) }, pandoc.Attr("", { "figure-wrapper" }, attributes))
end

-- Finnish and Swedish quote ”so”.
local function quoted(el)
  if language == "en" then return nil end
  local mark = el.quotetype == "DoubleQuote" and "”" or "’"
  local out = pandoc.Inlines({ pandoc.Str(mark) })
  out:extend(el.content)
  out:insert(pandoc.Str(mark))
  return out
end

return {
  { Meta = take },
  { Div = div, Span = inline, Link = inline, Quoted = quoted, Plain = picture, Para = picture },
}
