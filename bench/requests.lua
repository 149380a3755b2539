-- Sends the requests of a file in turn. A line is METHOD, path, and then name=value headers and @body, separated by tabs;
-- %KEY% in a body is a number that no other request has.
local lines, at, count = {}, 0, 0

function init(args)
  for line in io.lines(args[1]) do lines[#lines + 1] = line end
  math.randomseed(os.time())
  count = math.random(1, 1000000) * 1000000
end

function request()
  at = at % #lines + 1
  count = count + 1
  local method, path, headers, body = nil, nil, {}, nil
  for part in string.gmatch(lines[at], "[^\t]+") do
    if not method then method = part
    elseif not path then path = part
    elseif string.sub(part, 1, 1) == "@" then body = string.gsub(string.sub(part, 2), "%%KEY%%", tostring(count))
    else
      local name, value = string.match(part, "^(.-)=(.*)$")
      headers[name] = value
    end
  end
  return wrk.format(method, path, headers, body)
end
