-- Quarto's blocks in the embedded renderer: conditional content, figures, tables and formulas
-- with labels become plain pandoc elements that the next filters number and write.

-- A problem is a line on standard error; the renderer finds the place of `token` in the source.
local function problem(token, message) io.stderr:write("PROBLEM\t" .. token .. "\t" .. message .. "\n") end

local function is_format(name) return FORMAT:match(name) ~= nil end

local function conditional(div)
  local visible = div.classes:includes("content-visible")
  if not visible and not div.classes:includes("content-hidden") then return nil end
  local holds = true
  if div.attributes["when-format"] then holds = is_format(div.attributes["when-format"]) end
  if div.attributes["unless-format"] then holds = holds and not is_format(div.attributes["unless-format"]) end
  if holds == visible then return div.content end
  return {}
end

local function is_picture(block) return #block.content == 1 and block.content[1].t == "Image" end

-- `::: {#tbl-x} … caption :::` and `::: {#fig-x} … caption :::`: the last paragraph is the caption.
local function float_div(div)
  local kind = div.identifier:match("^(%a+)%-")
  if kind ~= "fig" and kind ~= "tbl" then return nil end
  local content, caption = div.content:clone(), nil
  if #content > 1 and content[#content].t == "Para" and not is_picture(content[#content]) then
    caption = pandoc.Plain(content[#content].content)
    content:remove(#content)
  end
  if not caption then
    problem(div.identifier, "has no caption; end the div with a paragraph that says what it shows")
  end
  for i, block in ipairs(content) do
    if block.t == "Figure" then content[i] = block.content[1] end
  end
  return pandoc.Figure(content, { long = { caption } }, pandoc.Attr(div.identifier, div.classes, div.attributes))
end

-- A labelled pipe table carries its caption and label itself.
local function float_table(tbl)
  if not tbl.identifier:match("^tbl%-") then return nil end
  local id, caption = tbl.identifier, tbl.caption
  if #caption.long == 0 then problem(id, "has no caption; write `: Caption {#" .. id .. "}` below it") end
  tbl.identifier, tbl.caption = "", { long = {} }
  return pandoc.Figure({ tbl }, caption, pandoc.Attr(id))
end

local function described(image)
  local alt = image.attributes["fig-alt"] or image.attributes.alt
  image.attributes["fig-alt"], image.attributes.alt = nil, nil
  if alt then image.caption = pandoc.Inlines({ pandoc.Str(alt) }) end
  return image
end

-- `$$…$$ {#eq-x alt="…"}`: pandoc reads the attributes as words, so they are put together again.
local function equation(para)
  local maths = para.content[1]
  if #para.content < 2 or maths.t ~= "Math" or maths.mathtype ~= "DisplayMath" then return nil end
  local words_after = pandoc.Inlines({})
  for i = 2, #para.content do words_after:insert(para.content[i]) end
  local text = pandoc.write(pandoc.Pandoc({ pandoc.Plain(words_after) }), "markdown-smart", { wrap_text = "none" })
  text = text:gsub("“", '"'):gsub("”", '"'):gsub("\\(%p)", "%1"):gsub("^%s+", "")
  local id, alt = text:match("^{#(eq%-[%w-]+)"), text:match('alt="(.-)"%s*}')
  if id and alt then
    return pandoc.Para({ pandoc.Span({ maths }, pandoc.Attr(id, { "equation" }, { { "alt", alt } })) })
  end
end

local function line_break(el)
  if el.format == "html" and el.text:match("^<br%s*/?>$") then return pandoc.LineBreak() end
  if el.format == "html" and not el.text:match("^<!%-%-") and FORMAT == "typst" then
    problem(el.text, "raw HTML within a line is lost in the PDF; use a span, or content-visible for html")
  end
end

return {
  { Div = conditional },
  { Image = described, RawInline = line_break, Para = equation },
  { Div = float_div, Table = float_table },
}
