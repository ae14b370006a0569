-- Reviews for wrk, one a line of the file that $REVIEWS names, in turn.
local requests = {}
local at = 0

function init(_)
  local headers = { ["Content-Type"] = "application/json" }
  for body in io.lines(os.getenv("REVIEWS")) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format('{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, e.connect + e.read + e.write + e.status + e.timeout))
end
