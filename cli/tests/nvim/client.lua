-- Neovim as a client of `guiju lsp`: opens a pack, asks all that its own client can ask, and writes what it was told.
-- The command is in GUIJU, the folder of the pack in PACK.

local function say(...) io.write(table.concat({ ... }, ' ') .. '\n') end

local function main()
  local pack = vim.env.PACK
  local id = vim.lsp.start({
    name = 'guiju',
    cmd = { vim.env.GUIJU, 'lsp', '--locale', 'en' },
    root_dir = pack,
  }, { bufnr = 0 })
  assert(id, 'the server did not start')
  local client = vim.lsp.get_client_by_id(id)
  assert(vim.wait(20000, function() return client.initialized end, 10), 'the server did not answer')
  say('server', client.server_info.name)

  local function open(file)
    vim.cmd.edit(pack .. '/' .. file)
    vim.bo.filetype = 'guiju'
    vim.lsp.buf_attach_client(0, id)
    return vim.api.nvim_get_current_buf()
  end
  -- A place by what is written there: the first byte of `mark`, and so many bytes on.
  local function at(mark, on)
    for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
      local column = line:find(mark, 1, true)
      if column then
        vim.api.nvim_win_set_cursor(0, { number, column - 1 + (on or 0) })
        return
      end
    end
    error(mark .. ' is not there')
  end
  local function ask(method, more)
    local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
    for key, value in pairs(more or {}) do params[key] = value end
    local answer = assert(client:request_sync(method, params, 20000, 0), method .. ' was not answered')
    if answer.err then return { refused = answer.err.message } end
    return answer.result
  end
  local function told()
    vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 10)
    for _, found in ipairs(vim.diagnostic.get(0)) do
      -- Columns in bytes, as Neovim has them after the conversion from UTF-16.
      say('told', found.code, found.lnum .. ':' .. found.col .. '-' .. found.end_col, (found.message:gsub('\n.*', '')))
    end
  end

  local rules = open('rules.guiju')
  say('encoding', client.offset_encoding)
  told()

  at('kindd in', 0)
  local actions = ask('textDocument/codeAction', {
    range = { start = { line = vim.fn.line('.') - 1, character = 0 }, ['end'] = { line = vim.fn.line('.') - 1, character = 99 } },
    context = { diagnostics = {} },
  })
  for _, action in ipairs(actions) do
    say('action', action.title)
    vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  end
  assert(vim.wait(20000, function() return #vim.diagnostic.get(0) == 0 end, 10), 'what was mended is still told')
  say('mended', vim.api.nvim_get_current_line())

  at('kind in', 0)
  say('hover', (ask('textDocument/hover').contents.value:gsub('\n.*', '')))
  for _, spot in ipairs(ask('textDocument/definition')) do
    say('definition', vim.fs.basename(spot.uri), spot.range.start.line .. ':' .. spot.range.start.character)
  end
  say('references', #ask('textDocument/references', { context = { includeDeclaration = true } }))

  at('kind in (', #'kind in (')
  local offered = {}
  for _, item in ipairs(ask('textDocument/completion').items) do
    if vim.lsp.protocol.CompletionItemKind[item.kind] == 'EnumMember' then offered[#offered + 1] = item.label end
  end
  say('offered', table.concat(offered, ','))

  at('fee > 0', 0)
  ask('textDocument/hover')
  local edit = ask('textDocument/rename', { newName = '會費' })
  vim.lsp.util.apply_workspace_edit(edit, client.offset_encoding)
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
      if line:find('會費', 1, true) then say('renamed', vim.fs.basename(vim.api.nvim_buf_get_name(buffer)), vim.trim(line)) end
    end
  end
  say('refused', ask('textDocument/rename', { newName = 'kind' }).refused)

  vim.lsp.buf.format({ async = false, timeout_ms = 20000 })
  say('formatted', vim.api.nvim_buf_get_lines(0, 0, 1, false)[1])
  say('symbols', #ask('textDocument/documentSymbol'), 'folds', #ask('textDocument/foldingRange'), 'links', #ask('textDocument/documentLink'))
  local hints = ask('textDocument/inlayHint', { range = { start = { line = 0, character = 0 }, ['end'] = { line = 99, character = 0 } } })
  for _, hint in ipairs(hints) do say('hint', hint.label) end
  local tokens = ask('textDocument/semanticTokens/full').data
  say('coloured', #tokens % 5 == 0 and #tokens > 50 and 'all' or 'not')

  open('tests/tests.guiju')
  local lenses = ask('textDocument/codeLens')
  for _, lens in ipairs(lenses) do say('lens', lens.command.title) end
  local run = assert(client:request_sync('workspace/executeCommand', { command = lenses[1].command.command, arguments = lenses[1].command.arguments }, 20000, 0))
  say('run', run.result.message)
  told()

  -- Off and on again, with half a rule in it.
  vim.api.nvim_buf_set_lines(rules, 0, 0, false, { 'tally 😀 from {' })
  vim.api.nvim_set_current_buf(rules)
  assert(vim.wait(20000, function() return #vim.diagnostic.get(0) > 0 end, 10), 'half a rule is not told')
  say('half', #vim.diagnostic.get(0) > 0 and 'told' or 'not')
  client:stop()
  assert(vim.wait(20000, function() return client:is_stopped() end, 10), 'the server did not stop')
  say('stopped')
end

local done, problem = pcall(main)
if not done then
  say('failed', tostring(problem))
  vim.cmd('cquit 1')
end
vim.cmd('qall!')
