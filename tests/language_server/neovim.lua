-- What a person does in a plan, done by Neovim's own functions; answers as JSON to a file.
local said, answers = ...
local function wait(wanted) return vim.wait(30000, wanted, 20) end
local function line(n) return vim.api.nvim_buf_get_lines(0, n - 1, n, false)[1] end
local function row(words)
  for n, text in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
    local at = text:find(words, 1, true)
    if at then return n, at - 1 end
  end
end
local function go(words, inside)
  local n, at = row(words)
  vim.api.nvim_win_set_cursor(0, { n, at + (inside or 0) })
  return n
end

vim.cmd("edit plans/demo.rate")
local buffer = vim.api.nvim_get_current_buf()
local get = vim.lsp.get_clients or vim.lsp.get_active_clients
local function clients() return vim.tbl_values(get({ bufnr = buffer })) end
wait(function() return clients()[1] and clients()[1].initialized end)
local client = clients()[1]
said.client, said.filetype, said.comment = client.name, vim.bo.filetype, vim.bo.commentstring
local function ask(method, more)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local send = client.request_sync
  local arguments = { "textDocument/" .. method, vim.tbl_extend("force", params, more or {}), 30000, buffer }
  local answer
  if vim.fn.has("nvim-0.11") == 1 then
    answer = send(client, unpack(arguments))
  else
    answer = send(unpack(arguments))
  end
  return answer.result
end

local n = row("0.10 EUR per min")
local right = line(n)
vim.api.nvim_buf_set_lines(0, n - 1, n, false, { (right:gsub("EUR", "eur")) })
wait(function() return #vim.diagnostic.get(buffer) > 0 end)
said.finding = vim.diagnostic.get(buffer)[1].message
go("eur per min")
local range = vim.lsp.util.make_range_params(0, client.offset_encoding)
range.context = { diagnostics = {} }
local action = ask("codeAction", range)[1]
vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
said.action, said.mended = action.title, line(n) == right
said.clean = wait(function() return #vim.diagnostic.get(buffer) == 0 end)

go("price     0.10")
said.hover = ask("hover").contents.value
vim.api.nvim_buf_set_lines(0, n, n, false, { "  price     0.20 EUR per min in x" })
vim.api.nvim_win_set_cursor(0, { n + 1, 32 })
said.completion = vim.tbl_map(function(one) return one.label end, ask("completion").items)
vim.api.nvim_buf_set_lines(0, n, n + 1, false, {})

go("voice to national", 10)
vim.lsp.buf.definition()
wait(function() return vim.fn.expand("%:t") == "zones.rate" end)
said.definition = vim.fn.getline(".")
vim.cmd("buffer " .. buffer)
go("rate calls", 5)
vim.lsp.buf.references()
wait(function() return #vim.fn.getqflist() == 3 end)
said.references = #vim.fn.getqflist()
vim.cmd("cclose")
vim.cmd("buffer " .. buffer)
go("rate calls", 5)
vim.lsp.buf.rename("talks")
wait(function() return row("of talks") ~= nil end)
said.renamed = row("of talks") ~= nil
vim.lsp.buf.rename("stop")
vim.wait(300)
said.refused = row("of talks") ~= nil

vim.api.nvim_buf_set_lines(0, n - 1, n, false, { (right:gsub("  +", "  ")) })
if vim.lsp.buf.format then vim.lsp.buf.format() else vim.lsp.buf.formatting_sync() end
said.formatted = line(n) == right
if vim.lsp.inlay_hint then
  wait(function() return #vim.lsp.inlay_hint.get({ bufnr = buffer }) > 0 end)
  said.hints = vim.tbl_map(function(one) return one.inlay_hint.label end, vim.lsp.inlay_hint.get({ bufnr = buffer }))
end
if vim.lsp.semantic_tokens then
  local function tokens() return vim.lsp.semantic_tokens.get_at_pos(buffer, 1, 0) or {} end
  wait(function() return #tokens() > 0 end)
  said.colour = tokens()[1].type
end
vim.fn.writefile({ vim.fn.json_encode(said) }, answers)
vim.cmd("qall!")
