-- Runs second, in both renderers: callouts and tabs, which Quarto would draw with scripts and icons,
-- become plain boxes and sections; the theme's own divs get the roles a screen reader needs.

local is_html = FORMAT:match("html") ~= nil
local words = {}

local function take(meta)
  for key, value in pairs(meta.words or {}) do words[key] = pandoc.utils.stringify(value) end
end

local KINDS = { "note", "tip", "warning", "important", "caution" }

-- The callout's title: its attribute, else a heading at its top, else the word for its kind.
local function title_of(div, kind)
  if div.attributes.title then
    return pandoc.utils.blocks_to_inlines(pandoc.read(div.attributes.title, "markdown").blocks)
  end
  if div.content[1] and div.content[1].t == "Header" then return div.content:remove(1).content end
  return pandoc.Inlines(words[kind] or kind)
end

local function callout(div)
  for _, kind in ipairs(KINDS) do
    if div.classes:includes("callout-" .. kind) then
      local title = pandoc.Div({ pandoc.Plain(title_of(div, kind)) }, { class = "box-title" })
      div.content:insert(1, title)
      local attributes = is_html and { { "role", "note" } } or {}
      return pandoc.Div(div.content, pandoc.Attr(div.identifier, { "box", "box-" .. kind }, attributes))
    end
  end
end

-- Tabs become sections one after another, which a printed page and a reader without JavaScript can
-- both follow.
local function tabset(div)
  if not div.classes:includes("panel-tabset") then return nil end
  return div.content:walk({
    Header = function(header)
      header.classes:extend({ "unnumbered", "unlisted" })
      return header
    end,
  })
end

local function landmark(div)
  if div.classes:includes("language-links") then
    div.attributes.role = "navigation"
    div.attributes["aria-label"] = words.languages
    return div
  end
  if div.classes:includes("synthetic-notice") then
    div.attributes.role = "note"
    return div
  end
end

return {
  { Meta = take },
  { Div = callout },
  { Div = tabset },
  { Div = is_html and landmark or nil },
}
