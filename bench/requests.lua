-- Sends the requests of a file in turn. A line is METHOD, path, and then name=value headers and @body, separated by tabs;
-- %KEY% in a body is a number that no other request has. What has none is written once, before the clock starts.
local ready, at, number = {}, 0, 0

local function written(line)
  local method, path, headers, body = nil, nil, {}, nil
  for part in string.gmatch(line, "[^\t]+") do
    if not method then method = part
    elseif not path then path = part
    elseif string.sub(part, 1, 1) == "@" then body = string.sub(part, 2)
    else
      local name, value = string.match(part, "^(.-)=(.*)$")
      headers[name] = value
    end
  end
  if body and string.find(body, "%KEY%", 1, true) then
    return function()
      number = number + 1
      return wrk.format(method, path, headers, (string.gsub(body, "%%KEY%%", tostring(number))))
    end
  end
  local whole = wrk.format(method, path, headers, body)
  return function() return whole end
end

function init(args)
  math.randomseed(os.time())
  number = math.random(1, 1000000) * 1000000
  for line in io.lines(args[1]) do ready[#ready + 1] = written(line) end
end

function request()
  at = at % #ready + 1
  return ready[at]()
end
