-- Neovim as a client of `massup lsp`: findings, a quick fix, all safe fixes, hover and completion, in a real editor.
-- Runs headless in a folder with the files of `.ci/editor`; what fails ends it with 1.

local function check(condition, what)
  if not condition then
    io.stderr:write("failed: " .. what .. "\n")
    vim.cmd("cquit 1")
  end
end

local function wait(what, condition)
  check(vim.wait(20000, condition, 20), what)
end

local function lines()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

-- As in docs/editors.md, for the file that is open.
local function attach()
  local client = vim.lsp.start_client({
    name = "massup",
    cmd = { vim.env.MASSUP, "lsp" },
    root_dir = vim.fn.getcwd(),
  })
  vim.lsp.buf_attach_client(0, client)
end

local function codes()
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, one.code or one.user_data.lsp.code)
  end
  table.sort(found)
  return table.concat(found, " ")
end

-- The actions at the cursor, of one kind.
local function actions(kind)
  local parameters = vim.lsp.util.make_range_params()
  parameters.context = { diagnostics = {}, only = { kind } }
  local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", parameters, 20000)
  local _, answer = next(answers)
  return answer.result
end

vim.cmd("edit request.json")
attach()
wait("findings of request.json", function() return codes() == "MU122 MU123" end)

vim.api.nvim_win_set_cursor(0, { 5, 6 })
local quick = actions("quickfix")
check(#quick == 1 and quick[1].title == "MU122: write the id as a string", "the quick fix is offered")
vim.lsp.util.apply_workspace_edit(quick[1].edit, "utf-16")
check(lines():find('"554023000000497007"', 1, true), "the id is a string")
wait("the finding is gone", function() return codes() == "MU123" end)

local all = actions("source.fixAll.massup")
vim.lsp.util.apply_workspace_edit(all[1].edit, "utf-16")
wait("all safe fixes", function() return codes() == "" end)
check(select(2, lines():gsub('"7"', "")) == 1, "the duplicate is gone")

vim.cmd("edit! change.massup.yaml")
attach()
wait("findings of change.massup.yaml", function() return codes() == "MU225" end)
local place = { textDocument = vim.lsp.util.make_text_document_params(), position = { line = 2, character = 5 } }
local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", place, 20000)
local _, answer = next(answers)
check(answer.result.contents.value:find("**Lead Source**", 1, true), "hover shows the field")

place.position = { line = 2, character = 15 }
answers = vim.lsp.buf_request_sync(0, "textDocument/completion", place, 20000)
_, answer = next(answers)
local options = {}
for _, one in ipairs(answer.result.items or answer.result) do
  table.insert(options, one.label)
end
check(table.concat(options, ", ") == "-None-, Advertisement, Trade Fair", "completion offers the options")

io.stdout:write("Neovim " .. tostring(vim.version().major) .. "." .. tostring(vim.version().minor)
  .. ": findings, fixes, hover and completion\n")
vim.cmd("qall!")
